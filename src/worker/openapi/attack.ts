import type { DescribeRouteOptions } from "hono-openapi";
import { attackSchema, sampleAttackSchema } from "../../api/attack.ts";
import { queryParameters } from "./components.ts";
import { examples } from "./examples.ts";
import { imageBody, imageProblems, jsonResponse, notModified, problemResponses } from "./operation.ts";

const header = (description: string) => ({ description, schema: { type: "string" as const } });

const json = jsonResponse("AttackResult", "", examples.attack.response);

/** The response of an attack, in each of the forms that `Accept` may ask for. */
const response = {
  description:
    "The result: as JSON; as the image itself, with a summary in headers and the result in a tEXt chunk; or as a stream of " +
    "progress events that ends with one result or problem.",
  headers: {
    ETag: header(
      "For JSON and PNG: the tag of this response. The same request, GET or POST, gets the same tag while it gets " +
        "the same bytes.",
    ),
    "Onepixel-Status": header("With image/png: fooled, survived or misclassified."),
    "Onepixel-Verified": header("With image/png: true or false."),
    "Onepixel-Model": header("With image/png: the model's id."),
    "Onepixel-Before": header("With image/png: the label of the image that was sent, as a JSON string."),
    "Onepixel-After": header("With image/png: the label of the returned image, as a JSON string."),
    "Onepixel-Queries": header("With image/png: the number of queries spent."),
  },
  content: {
    ...json.content,
    "image/png": { schema: { type: "string" as const, format: "binary" } },
    "text/event-stream": {
      schema: {
        type: "string" as const,
        description:
          "Server-sent events; the data of progress is a Progress, of result an AttackResult, of problem a Problem.",
      },
    },
    "application/x-ndjson": {
      schema: {
        type: "string" as const,
        description: 'One JSON object a line, its kind in "event": a Progress, an AttackResult or a Problem.',
      },
    },
  },
};

export const attackDescription: DescribeRouteOptions = {
  operationId: "attack",
  tags: ["attack"],
  summary: "Attack an image",
  description: "Searches for a change of at most k pixels that fools the classifier, and returns the image.",
  parameters: queryParameters(attackSchema),
  requestBody: imageBody(attackSchema),
  responses: { 200: response, ...problemResponses(...imageProblems, "deadline") },
};

export const sampleAttackDescription: DescribeRouteOptions = {
  operationId: "attackSample",
  tags: ["attack"],
  summary: "Attack a shipped image",
  description: "The same attack on a sample, with a URL that can be linked and cached.",
  parameters: queryParameters(sampleAttackSchema),
  responses: {
    200: response,
    ...notModified,
    ...problemResponses(
      "not-acceptable",
      "rate-limited",
      "busy",
      "classifier-unavailable",
      "file-unavailable",
      "deadline",
    ),
  },
};
