import type { DescribeRouteOptions } from "hono-openapi";
import { mapSchema } from "../../api/map.ts";
import { queryParameters } from "./components.ts";
import { imageBody, imageProblems, jsonResponse, problemResponses } from "./operation.ts";

const header = (description: string) => ({ description, schema: { type: "string" as const } });

const response = {
  description:
    "The map: as JSON, as a picture, or as a stream of `progress` events that ends with one `result` or `problem`.",
  headers: {
    "Onepixel-Model": header("With image/png: the model's id."),
    "Onepixel-Label": header("With image/png: the label that is attacked, as a JSON string."),
    "Onepixel-Before": header("With image/png: the label of the image that was sent, as a JSON string."),
    "Onepixel-Fooling": header(
      "With image/png: the number of pixels that were found to fool the classifier.",
    ),
    "Onepixel-Queries": header("With image/png: the number of queries spent."),
  },
  content: {
    ...jsonResponse("Map", "").content,
    "image/png": {
      schema: {
        type: "string" as const,
        format: "binary",
        description:
          "The image with the map over it in grey. Pixels with a smaller margin are brighter. A pixel that fools the classifier " +
          "has a double ring around the colour with the highest probability. The scale is below. Of a sampled map, each block has the colour of its smallest margin, and the number of changes tried is below.",
      },
    },
    "text/event-stream": { schema: { type: "string" as const } },
    "application/x-ndjson": { schema: { type: "string" as const } },
  },
};

export const mapDescription: DescribeRouteOptions = {
  operationId: "map",
  tags: ["attack"],
  summary: "Try every pixel",
  description:
    "Sets every pixel to each of the eight corner colours of the RGB cube (black and white for a greyscale model), " +
    "one at a time, and reports which changes fool the classifier and the predicted labels: 8,192 queries for 32×32 pixels. " +
    "A complete map carries a certificate, which says nothing about other colours. " +
    "With a smaller budget, the default where a whole map exceeds the work limit, the map is sampled coarse to fine: the response " +
    "has `blocks` of pixels, each with the number of changes that were tried, and what was found among these. " +
    "An image that is misclassified before any change is not mapped.",
  parameters: queryParameters(mapSchema),
  requestBody: imageBody(mapSchema),
  responses: { 200: response, ...problemResponses(...imageProblems, "deadline") },
};
