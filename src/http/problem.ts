/**
 * Errors as RFC 9457 problem details.
 *
 * Which status? 400: the body cannot be read at all. 401: no valid token. 404: no such path, or a path names nothing that exists.
 * 415: a kind of body, or of image, that is not read. 422: everything was read, but an option or the image
 * cannot be used; the problem names the `field`.
 */
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Every kind of problem, with its status and title. */
export const problemKinds = {
  "invalid-body": { status: 400, title: "The body cannot be read" },
  unauthorized: { status: 401, title: "A token is needed" },
  "not-found": { status: 404, title: "There is nothing here" },
  "method-not-allowed": { status: 405, title: "The method is not allowed here" },
  "not-acceptable": { status: 406, title: "No acceptable representation" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The media type is not supported" },
  "invalid-option": { status: 422, title: "An option cannot be used" },
  "invalid-image": { status: 422, title: "The image cannot be used" },
  "internal-error": { status: 500, title: "The service failed" },
  "classifier-unavailable": { status: 503, title: "The classifier is unavailable" },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string }>;

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

/** A request that cannot be answered; thrown anywhere below a route, presented once by the application. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly field: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    field?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = "Problem";
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
    headers: { ...problem.headers, "Content-Type": "application/problem+json" },
  });
}
