import type { DescribeRouteOptions } from "hono-openapi";
import { targetsSchema } from "../../api/targets.ts";
import { queryParameters } from "./components.ts";
import { imageBody, imageProblems, jsonResponse, problemResponses } from "./operation.ts";

const response = {
  description:
    "The targets: as JSON, or as a stream of `progress` events that ends with one `result` or `problem`.",
  content: {
    ...jsonResponse("TargetsResult", "").content,
    "text/event-stream": { schema: { type: "string" as const } },
    "application/x-ndjson": { schema: { type: "string" as const } },
  },
};

export const targetsDescription: DescribeRouteOptions = {
  operationId: "targets",
  tags: ["attack"],
  summary: "Attack an image at every other label",
  description:
    "Tells which labels the image can be turned into. A target is reached only if the classifier predicts that " +
    "very label. With one pixel, one scan of all corner colours serves every target, if their budgets together suffice for it. " +
    "Otherwise each target has a search with a budget of its own, the likeliest first, and every candidate is tested " +
    "for all targets. An image that the classifier gets wrong by itself is not attacked.",
  parameters: queryParameters(targetsSchema),
  requestBody: imageBody(targetsSchema),
  responses: { 200: response, ...problemResponses(...imageProblems, "deadline") },
};
