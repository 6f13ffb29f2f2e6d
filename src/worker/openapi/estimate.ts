import type { DescribeRouteOptions } from "hono-openapi";
import type { OptionsSchema } from "../request/validate.ts";
import { queryParameters } from "./components.ts";
import { imageBody, imageProblems, jsonResponse, problemResponses } from "./operation.ts";

const names = { attack: "an attack", targets: "attacks at every other label", map: "a map" };

/** @param options those of the route whose cost is estimated */
export const estimateDescription = (
  route: keyof typeof names,
  options: OptionsSchema,
): DescribeRouteOptions => ({
  operationId: `${route}Estimate`,
  tags: ["attack"],
  summary: `What ${names[route]} would cost`,
  description:
    `Takes the request of \`POST /v1/${route}\`, makes no query, and responds with its resolved options, the most queries and ` +
    "the most work, the share of the limit, and about how long it takes. The image can be omitted, except with `space=source`.",
  parameters: queryParameters(options),
  requestBody: imageBody(options),
  responses: {
    200: jsonResponse("Estimate", "The estimate."),
    ...problemResponses(...imageProblems),
  },
});
