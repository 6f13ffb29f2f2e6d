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
    "Finds the labels that the image can be turned into. A target is reached only if the classifier predicts exactly " +
    "that label. With one pixel, a single scan of all corner colours serves every target, if their combined budgets are large enough. " +
    "Otherwise each target has its own search and budget, in order of probability, and every candidate is tested " +
    "for all targets. An image that is misclassified before the attack is not attacked.",
  parameters: queryParameters(targetsSchema),
  requestBody: imageBody(targetsSchema),
  responses: { 200: response, ...problemResponses(...imageProblems, "deadline") },
};
