import type { DescribeRouteOptions } from "hono-openapi";
import { classifySchema } from "../../api/options.ts";
import { queryParameters } from "./components.ts";
import { examples } from "./examples.ts";
import { imageBody, imageProblems, jsonResponse, problemResponses } from "./operation.ts";

const header = (description: string) => ({ description, schema: { type: "string" as const } });

const response = {
  description: "The probabilities, highest first; or, with image/png, the image as the classifier sees it.",
  headers: {
    "Onepixel-Model": header("With image/png: the model's id."),
    "Onepixel-Input": header(
      "With image/png: the size of the image that was sent and whether it was resized, as the JSON object `input` of the " +
        "JSON response.",
    ),
  },
  content: {
    ...jsonResponse("Classification", "", examples.classify.response).content,
    "image/png": {
      schema: {
        type: "string" as const,
        format: "binary",
        description:
          "The classifier's input: the image rotated by its EXIF orientation, on a white background, stretched to the " +
          "model's size, and in grey for a greyscale model. Nothing is classified.",
      },
    },
  },
};

export const classifyDescription: DescribeRouteOptions = {
  operationId: "classify",
  tags: ["attack"],
  summary: "Classify an image, or get it as the classifier sees it",
  parameters: queryParameters(classifySchema),
  requestBody: imageBody(classifySchema),
  responses: { 200: response, ...problemResponses(...imageProblems) },
};
