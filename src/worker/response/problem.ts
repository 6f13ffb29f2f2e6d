/**
 * Errors as RFC 9457 problem details.
 *
 * Which status? 400: the body cannot be read at all. 401: no valid token. 404: no such path, or a path names nothing that exists.
 * 415: a kind of body, or of image, that is not read. 422: everything was read, but an option or the image
 * cannot be used; the problem names the `field`. 429: the same request may succeed later.
 */
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Every kind of problem: its status, its title, and what to know about it. */
export const problemKinds = {
  "invalid-body": {
    status: 400,
    title: "The body cannot be read",
    meaning:
      "It is not the JSON or the form that its Content-Type says, so that nothing in it could be looked at.",
  },
  unauthorized: {
    status: 401,
    title: "A token is needed",
    meaning: "The route costs much and is open to holders of a bearer token only.",
  },
  "not-found": {
    status: 404,
    title: "There is nothing here",
    meaning: "The path is no route, or names a model, sample or audit that does not exist.",
  },
  "method-not-allowed": {
    status: 405,
    title: "The method is not allowed here",
    meaning: "The header Allow lists the methods of this path.",
  },
  "not-acceptable": {
    status: 406,
    title: "No acceptable representation",
    meaning: "The header Accept excludes every media type that the route can send.",
  },
  "slow-body": {
    status: 408,
    title: "The body took too long",
    meaning: "A body must arrive in 30 seconds.",
  },
  "body-too-large": {
    status: 413,
    title: "The body is too large",
    meaning:
      "A body may have 2 MiB. Images are resized to the model's input anyway, so a small one does as well.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The media type is not supported",
    meaning:
      "PNG, JPEG and WebP are read, as the body itself, in a form's field image, or as base64 in JSON. " +
      "The bytes decide what an image is; a Content-Type that they contradict is refused.",
  },
  "invalid-option": {
    status: 422,
    title: "An option cannot be used",
    meaning: "It does not exist, is out of its range, or does not go with another one. Nothing was computed.",
  },
  "invalid-image": {
    status: 422,
    title: "The image cannot be used",
    meaning:
      "It is missing, damaged, animated, or over the limits: 4096 pixels a side and 1 megapixel in all, " +
      "checked before anything is decoded.",
  },
  "rate-limited": {
    status: 429,
    title: "Too many requests",
    meaning:
      "One network may ask only so often for what computes, and for so much work. RateLimit-Policy names the limit, " +
      "Retry-After says when to try again.",
  },
  busy: {
    status: 429,
    title: "Too many requests at once",
    meaning: "The instance computes for as many requests as it can hold. Try again after Retry-After.",
  },
  "quota-exceeded": {
    status: 429,
    title: "A quota is used up",
    meaning: "One token may have only so many audits, running and kept, and images. End or delete one first.",
  },
  "internal-error": {
    status: 500,
    title: "The service failed",
    meaning: "Not the request's fault, as far as the service can tell.",
  },
  "classifier-unavailable": {
    status: 503,
    title: "The classifier is unavailable",
    meaning: "onnxruntime-web could not be started in this instance. Retry-After says when to try again.",
  },
  deadline: {
    status: 503,
    title: "The response took too long",
    meaning:
      "A response that is not a stream has a deadline: its client may leave unnoticed. Retry-After says when to try " +
      "again; with a smaller budget, or as a stream, the same attack can finish.",
  },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string; meaning: string }>;

export type ProblemKind = keyof typeof problemKinds;

/** A problem as it is sent. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: ContentfulStatusCode;
  /** What happened, why, and what to do. */
  readonly detail: string;
  /** The option or part of the input at fault. */
  readonly field?: string;
}

export interface ProblemOptions {
  /** Headers of the response. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The error that the problem was made of: for the log, never for the client. */
  readonly cause?: unknown;
}

/** The problem of a request; thrown anywhere below a route, presented once by the application. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly kind: ProblemKind;
  readonly field: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param detail what happened, why, and what to do
   * @param field the option, header or part of the body at fault
   */
  constructor(
    kind: ProblemKind,
    detail: string,
    field?: string,
    { headers = {}, cause }: ProblemOptions = {},
  ) {
    super(detail, { cause });
    this.kind = kind;
    this.field = field;
    this.headers = headers;
  }
}

export function problemDetails({ kind, field, message }: Problem): ProblemDetails {
  const { status, title } = problemKinds[kind];
  return { type: `/docs#${kind}`, title, status, detail: message, ...(field === undefined ? {} : { field }) };
}

export function problemResponse(problem: Problem): Response {
  const details = problemDetails(problem);
  return new Response(`${JSON.stringify(details)}\n`, {
    status: details.status,
    headers: {
      "Cache-Control": "no-store",
      ...problem.headers,
      "Content-Type": "application/problem+json",
    },
  });
}
