/** Pieces that descriptions of routes have in common. */
import type { DescribeRouteOptions } from "hono-openapi";
import type { OptionsSchema } from "../request/validate.ts";
import { type ProblemKind, problemKinds } from "../response/problem.ts";
import { type Component, optionsObject, ref } from "./components.ts";
import problems from "./examples/problems.json" with { type: "json" };

type Responses = NonNullable<DescribeRouteOptions["responses"]>;
type RequestBody = NonNullable<DescribeRouteOptions["requestBody"]>;

const binary = { type: "string", format: "binary" } as const;

/** A response as JSON. @param example a real response */
export function jsonResponse(component: Component, description: string, example?: unknown) {
  const media = { schema: ref(component), ...(example === undefined ? {} : { example }) };
  return { description, content: { "application/json": media } };
}

/** An example of each kind, as the service sends it; src/worker/openapi/problem-examples.test.ts records and checks it. */
const problemExamples: Readonly<Record<ProblemKind, object>> = problems;

/** The problems that a route may send, one response for each status; any route may refuse an option, or fail. */
export function problemResponses(...kinds: ProblemKind[]): Responses {
  const responses: Responses = {};
  const all: ProblemKind[] = [...kinds, "invalid-option", "internal-error"];
  for (const { status } of all.map((kind) => problemKinds[kind])) {
    const same = all.filter((kind) => problemKinds[kind].status === status);
    const examples = Object.fromEntries(same.map((kind) => [kind, { value: problemExamples[kind] }]));
    responses[status] = {
      description: same.map((kind) => `${problemKinds[kind].title}.`).join(" "),
      content: { "application/problem+json": { schema: ref("Problem"), examples } },
    };
  }
  return responses;
}

/** What a request that brings the tag of an earlier response may get. */
export const notModified: Responses = {
  304: { description: "If-None-Match matches this response. Nothing was computed." },
};

export const pathParameter = (name: string, description: string) => ({
  in: "path" as const,
  name,
  required: true,
  description,
  schema: { type: "string" as const },
});

/** The problems of routes that take an image. */
export const imageProblems = [
  "invalid-body",
  "not-acceptable",
  "slow-body",
  "body-too-large",
  "unsupported-media-type",
  "invalid-image",
  "rate-limited",
  "busy",
  "classifier-unavailable",
  "file-unavailable",
] as const satisfies ProblemKind[];

/** A body that brings an image, with its options beside it or in the query string. */
export function imageBody(schema: OptionsSchema): RequestBody {
  const image = {
    type: "string",
    description: "The image as base64, or as a data URL. The option sample can name a shipped image instead.",
  } as const;
  return {
    description:
      "A PNG, JPEG or WebP image of at most 2 MiB. Options go in the query string or, in JSON and forms, next to " +
      "the image. Without a body, the option sample is required.",
    required: false,
    content: {
      "image/png": { schema: binary },
      "image/jpeg": { schema: binary },
      "image/webp": { schema: binary },
      "multipart/form-data": { schema: optionsObject(schema, { image: binary }) },
      "application/json": { schema: optionsObject(schema, { image }) },
    },
  };
}
