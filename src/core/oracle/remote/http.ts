/**
 * Requests to a remote model: time-outs, retries, rate limit, concurrency. The contents of the requests are
 * opaque here.
 */
import { shorten } from "../../onnx/unsupported.ts";
import { RemoteError } from "./error.ts";
import type { Pace } from "./pace.ts";

/** What this needs of the web platform's `fetch`. */
export type Fetch = (
  url: string,
  init: {
    readonly method: "GET" | "POST";
    readonly headers: Record<string, string>;
    readonly body?: string | Uint8Array<ArrayBuffer>;
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}>;

/** One request, which is retried if sending it fails. */
export interface Request {
  readonly url: string;
  /** Defined for a POST. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The number of queries in it, for the rate limit; 0 for metadata. */
  readonly queries: number;
}

/** A response with status 200. */
export interface HttpResponse {
  readonly bytes: Uint8Array<ArrayBuffer>;
  header(name: string): string | null;
}

export interface HttpOptions {
  readonly fetch: Fetch;
  /** Sent with every request; their values appear in no message. */
  readonly headers: Readonly<Record<string, string>>;
  /** The timeout of one request, in milliseconds. */
  readonly timeout: number;
  /** How often a request is retried after a temporary failure. */
  readonly retries: number;
  readonly pace: Pace;
}

/** A request of several queries timed out or is too large: it can be split. */
export class TooMuchAtOnce extends RemoteError {}

/** The status of a request that is too large. */
const TOO_LARGE = 413;
/** Statuses after which a retry may succeed. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];
/** Milliseconds before the first retry; each retry waits twice as long as the one before it. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 8000;
/** The longest `Retry-After` that is respected, in milliseconds. */
const LONGEST_ASKED = 60_000;

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Removes header values from a message: a server may repeat them, and messages are shown and stored. */
function redacting(headers: Readonly<Record<string, string>>) {
  const secrets = Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/)]);
  const longest = secrets.filter((secret) => secret.length > 0).sort((a, b) => b.length - a.length);
  return (text: string) => longest.reduce((left, secret) => left.replaceAll(secret, "[header]"), text);
}

/** Why `fetch` failed: the code of its cause, such as ECONNREFUSED, says more than its own message. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? `${message} (${code})` : message;
}

interface Failure {
  readonly what: string;
  /** Milliseconds to wait, if the server specifies it. */
  readonly wait?: number;
  readonly cause?: unknown;
}

/** Sends requests. @throws RemoteError `remote-unavailable` */
export function createHttp({ fetch, headers, timeout, retries, pace }: HttpOptions) {
  const redact = redacting(headers);
  const shown = (url: string) => url.split("?")[0]!;

  async function sendOnce({ url, body, headers: own, queries }: Request): Promise<HttpResponse | Failure> {
    await pace.start(queries);
    try {
      const response = await fetch(url, {
        method: body === undefined ? "GET" : "POST",
        headers: { Accept: "application/json", ...own, ...headers },
        ...(body !== undefined && { body }),
        redirect: "manual",
        signal: AbortSignal.timeout(timeout),
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (response.status === 200) return { bytes, header: (name) => response.headers.get(name) };
      return refused(url, queries, response.status, bytes, response.headers.get("Retry-After"));
    } catch (error) {
      if (error instanceof RemoteError) throw error;
      if ((error as Error).name === "TimeoutError") {
        const what = `did not respond within ${timeout / 1000} s`;
        if (queries <= 1) return { what, cause: error };
        throw new TooMuchAtOnce("remote-unavailable", `${shown(url)} ${what}`, { cause: error });
      }
      return { what: `could not be reached: ${redact(reasonOf(error))}`, cause: error };
    } finally {
      pace.end();
    }
  }

  function refused(
    url: string,
    queries: number,
    status: number,
    bytes: Uint8Array,
    retryAfter: string | null,
  ): Failure {
    const text = shorten(redact(textOf(bytes)).replace(/\s+/g, " ").trim());
    const what = `responded with ${status}${text === "" ? "" : `: ${text}`}`;
    if (status === TOO_LARGE && queries > 1) {
      throw new TooMuchAtOnce("remote-unavailable", `${shown(url)} ${what}`);
    }
    if (!PASSING.includes(status)) {
      throw new RemoteError("remote-unavailable", `${shown(url)} ${what}`, { status });
    }
    const seconds = retryAfter === null ? Number.NaN : Number(retryAfter);
    return seconds >= 0 ? { what, wait: Math.min(seconds * 1000, LONGEST_ASKED) } : { what };
  }

  return async function send(request: Request): Promise<HttpResponse> {
    for (let attempt = 0; ; attempt++) {
      const result = await sendOnce(request);
      if ("bytes" in result) return result;
      if (attempt >= retries) {
        const times = attempt === 0 ? "" : `, ${attempt + 1} times`;
        throw new RemoteError("remote-unavailable", `${shown(request.url)} ${result.what}${times}`, {
          cause: result.cause,
        });
      }
      await pace.wait(result.wait ?? Math.min(FIRST_WAIT * 2 ** attempt, LONGEST_WAIT));
    }
  };
}

export type Send = ReturnType<typeof createHttp>;

/** The JSON of a response. @throws RemoteError `remote-response` */
export function jsonOf(url: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch (cause) {
    const message = `${url} returned a response that is not JSON: ${shorten(textOf(bytes.subarray(0, 200)))}`;
    throw new RemoteError("remote-response", message, { cause });
  }
}
