/**
 * Errors as RFC 9457 problem details.
 *
 * Which status? 400: the body cannot be read at all. 401: no valid token. 404: no such path, or a path names nothing that exists.
 * 415: an unsupported type of body or image. 422: everything was read, but an option or the image
 * cannot be used; the problem names the `field`. 429: the same request may succeed later.
 */
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Every kind of problem: its status, its title, and what to know about it. */
export const problemKinds = {
  "invalid-body": {
    status: 400,
    title: "The body cannot be read",
    meaning: "It is not valid JSON or not a valid form, as its Content-Type requires.",
  },
  unauthorized: {
    status: 401,
    title: "A token is needed",
    meaning: "The route is expensive and requires a bearer token.",
  },
  "not-found": {
    status: 404,
    title: "Not found",
    meaning: "The path is not a route, or it names a model, sample or audit that does not exist.",
  },
  "method-not-allowed": {
    status: 405,
    title: "Method not allowed",
    meaning: "The header Allow lists the methods of this path.",
  },
  "not-acceptable": {
    status: 406,
    title: "No acceptable representation",
    meaning: "The header Accept excludes every media type that the route offers.",
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
      "A body may have at most 2 MiB. Images are resized to the model's input anyway, so a small image is enough.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The media type is not supported",
    meaning:
      "PNG, JPEG and WebP are supported: as the body itself, in a form's field image, or as base64 in JSON. " +
      "The bytes determine the format; a Content-Type that contradicts them is an error.",
  },
  "invalid-option": {
    status: 422,
    title: "An option cannot be used",
    meaning: "It does not exist, is out of range, or conflicts with another option. Nothing was computed.",
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
      "The number of attack and classify requests from one network, and their work, is limited. RateLimit-Policy gives the limit, " +
      "Retry-After the time until the next try.",
  },
  busy: {
    status: 429,
    title: "Too many requests at once",
    meaning: "This instance is running as many requests as it can. Try again after the time in Retry-After.",
  },
  "quota-exceeded": {
    status: 429,
    title: "A quota is used up",
    meaning:
      "The running audits, stored audits and images of one token are limited. Cancel or delete an audit first.",
  },
  "internal-error": {
    status: 500,
    title: "The service failed",
    meaning: "An unexpected error in the service, probably not caused by the request.",
  },
  "classifier-unavailable": {
    status: 503,
    title: "The classifier is unavailable",
    meaning:
      "onnxruntime-web could not be started in this instance. Try again after the time in Retry-After.",
  },
  "file-unavailable": {
    status: 503,
    title: "A file of the service is unavailable",
    meaning:
      "A model, sample, evaluation set or report could not be read from the static assets of the service, or is not the " +
      "one that this version was built with. Try again after the time in Retry-After.",
  },
  deadline: {
    status: 503,
    title: "The response took too long",
    meaning:
      "A response that is not a stream has a deadline, because the service may not notice that its client has left. Try " +
      "again after the time in Retry-After, with a smaller budget, or as a stream.",
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
