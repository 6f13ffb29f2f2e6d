import type { DescribeRouteOptions } from "hono-openapi";
import { auditSchema } from "../../api/audit.ts";
import { optionsObject } from "./components.ts";
import { jsonResponse, pathParameter, problemResponses } from "./operation.ts";

const security = [{ token: [] }];
const audit = pathParameter("audit", "The audit's id.");
const owned = problemResponses("unauthorized", "not-found", "rate-limited");

export const startAuditDescription: DescribeRouteOptions = {
  operationId: "startAudit",
  tags: ["audits"],
  summary: "Attack a whole image set, in the background",
  security,
  requestBody: {
    required: false,
    content: {
      "application/json": { schema: optionsObject(auditSchema) },
    },
  },
  responses: {
    202: {
      ...jsonResponse("Audit", "The audit has started. Its URL is in the header Location."),
      headers: { Location: { description: "The URL of the audit's state.", schema: { type: "string" } } },
    },
    ...problemResponses(
      "invalid-body",
      "unauthorized",
      "not-acceptable",
      "slow-body",
      "body-too-large",
      "unsupported-media-type",
      "invalid-image",
      "rate-limited",
      "busy",
      "quota-exceeded",
      "file-unavailable",
    ),
  },
};

export const auditDescription: DescribeRouteOptions = {
  operationId: "getAudit",
  tags: ["audits"],
  summary: "The progress of an audit and, when it is finished, its report",
  security,
  parameters: [audit],
  responses: {
    200: {
      description: "The audit's state; or, as events, its progress followed by one result.",
      content: {
        ...jsonResponse("Audit", "").content,
        "text/event-stream": { schema: { type: "string" } },
      },
    },
    ...owned,
    ...problemResponses("not-acceptable"),
  },
};

export const auditCsvDescription: DescribeRouteOptions = {
  operationId: "getAuditResultsAsCsv",
  tags: ["audits"],
  summary: "All outcomes so far, one line per attack",
  security,
  parameters: [audit],
  responses: {
    200: { description: "CSV (RFC 4180).", content: { "text/csv": { schema: { type: "string" } } } },
    ...owned,
  },
};

export const auditOutcomesDescription: DescribeRouteOptions = {
  operationId: "getAuditResults",
  tags: ["audits"],
  summary: "All outcomes so far",
  security,
  parameters: [audit],
  responses: { 200: jsonResponse("AuditOutcomes", "In the order of the images."), ...owned },
};

export const cancelAuditDescription: DescribeRouteOptions = {
  operationId: "cancelAudit",
  tags: ["audits"],
  summary: "Cancel an audit that runs, or delete one that has ended",
  security,
  parameters: [audit],
  responses: { 200: jsonResponse("Audit", "Its state."), ...owned },
};
