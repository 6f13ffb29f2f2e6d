import type { DescribeRouteOptions } from "hono-openapi";
import { badgeSchema } from "../../api/audit.ts";
import { queryParameters } from "./components.ts";
import { jsonResponse, pathParameter, problemResponses } from "./operation.ts";

const model = pathParameter("model", "The model's id.");

export const badgeImageDescription: DescribeRouteOptions = {
  operationId: "badgeImage",
  tags: ["evidence"],
  summary: "The badge",
  description: "Always an image. An error, such as an unknown model, is shown as the badge's message.",
  parameters: [model, ...queryParameters(badgeSchema)],
  responses: {
    200: { description: "The badge.", content: { "image/svg+xml": { schema: { type: "string" } } } },
  },
};

export const badgeEndpointDescription: DescribeRouteOptions = {
  operationId: "badgeEndpoint",
  tags: ["evidence"],
  summary: "The badge as shields.io's endpoint JSON",
  parameters: [model, ...queryParameters(badgeSchema)],
  responses: { 200: jsonResponse("BadgeEndpoint", "The badge; an error is its message.") },
};

export const evidencePageDescription: DescribeRouteOptions = {
  operationId: "evidencePage",
  tags: ["evidence"],
  summary: "The evidence behind a badge",
  parameters: [model],
  responses: {
    200: {
      description: "A page, or the report as JSON.",
      content: { "text/html": { schema: { type: "string" } }, ...jsonResponse("AuditReport", "").content },
    },
    ...problemResponses("not-found", "not-acceptable", "file-unavailable"),
  },
};

export const reportDescription: DescribeRouteOptions = {
  operationId: "getModelAudit",
  tags: ["evidence"],
  summary: "The report behind a model's badge",
  parameters: [model],
  responses: {
    200: jsonResponse("AuditReport", "The report."),
    ...problemResponses("not-found", "not-acceptable", "file-unavailable"),
  },
};

export const withdrawDescription: DescribeRouteOptions = {
  operationId: "withdrawModelAudit",
  tags: ["evidence"],
  summary: "Withdraw the published report behind a model's badge",
  description:
    "Needs the token whose audit was published. The report that is shipped with the model, if there is one, is " +
    "used again; caches may show the old one for five minutes.",
  security: [{ token: [] }],
  parameters: [model],
  responses: {
    204: { description: "The report was withdrawn." },
    ...problemResponses("unauthorized", "not-found", "file-unavailable"),
  },
};
