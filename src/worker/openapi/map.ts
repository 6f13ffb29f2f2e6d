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
    "Onepixel-Label": header("With image/png: the label that is attacked, as a JSON text."),
    "Onepixel-Before": header("With image/png: the label of the image that came, as a JSON text."),
    "Onepixel-Fooling": header("With image/png: how many pixels fool the classifier."),
    "Onepixel-Queries": header("With image/png: how many queries were spent."),
  },
  content: {
    ...jsonResponse("Map", "").content,
    "image/png": {
      schema: {
        type: "string" as const,
        format: "binary",
        description:
          "The image, and the map over it in grey: the smaller a pixel's margin, the brighter. A pixel that fools " +
          "has a double ring around the colour that does so most certainly. Beneath, the scale.",
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
    "one at a time, and tells which fool the classifier and into what: 8,192 queries for 32×32 pixels. " +
    "A complete map carries a certificate, which says nothing about other colours. " +
    "An image that the classifier gets wrong before any change is not mapped.",
  parameters: queryParameters(mapSchema),
  requestBody: imageBody(mapSchema),
  responses: { 200: response, ...problemResponses(...imageProblems, "deadline") },
};
