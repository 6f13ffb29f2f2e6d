/** The options of a connection to a remote model, and their checks. */
import { OnepixelError } from "../../errors.ts";
import type { RemoteDescription } from "./describe.ts";
import type { Fetch } from "./http.ts";
import type { OutputFormat } from "./probabilities.ts";
import { type ProtocolName, protocols, type ServerFacts } from "./protocol.ts";
import type { TraceLog } from "./trace.ts";

/** How a remote model is reached and described. */
export interface ConnectOptions {
  readonly protocol: ProtocolName;
  /** The model's name on the server; for `kserve-v2` and `tf-serving`. */
  readonly model?: string | undefined;
  /** The model's version on the server. Default: chosen by the server. */
  readonly version?: string | undefined;
  /**
   * Labels, input and output of the model, as in a `manifest.json`; values in the server's metadata may be
   * omitted.
   */
  readonly description?: RemoteDescription | undefined;
  /**
   * Sent with every request, such as `{ Authorization: "Bearer …" }`. Their values do not appear in
   * messages, traces or results.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The maximum number of images per request, 1 to 16. Default: 16, or the server's batch size. */
  readonly batch?: number | undefined;
  /** Maximum number of concurrent requests, 1 to 64. Default: 1. */
  readonly concurrency?: number | undefined;
  /** The maximum number of images sent per second, 0.01 to 1,000,000. Default: no limit. */
  readonly maxQps?: number | undefined;
  /** The timeout of a request in seconds, more than 0 and at most 600. Default: 30. */
  readonly timeout?: number | undefined;
  /** How often a failed request is retried, 0 to 20. Default: 4. */
  readonly retries?: number | undefined;
  /** For quantised values: the real number is (value − zeroPoint) × scale. */
  readonly quantisation?: OutputFormat["quantisation"];
  /** Where predictions are recorded, and read from in the next run. */
  readonly trace?: TraceLog | undefined;
  /** The web platform's `fetch`. */
  readonly fetch: Fetch;
}

/** The maximum number of images that a search proposes at once. */
const MOST_IMAGES = 16;

function invalid(field: string, what: string): OnepixelError {
  return new OnepixelError("invalid-option", `${field} ${what}`, { field });
}

/** A number from `least` to `most`; with `whole`, a whole one. */
function within(field: string, value: number, least: number, most: number, whole = true): number {
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw invalid(field, `must be a ${whole ? "whole " : ""}number from ${least} to ${most}, not ${value}.`);
}

function checkUrl(url: string): void {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw invalid("url", "must be a URL such as http://127.0.0.1:8000.");
  }
  if (!/^https?:$/.test(parsed.protocol)) throw invalid("url", `must start with http:// or https://.`);
  if (parsed.username !== "" || parsed.password !== "") {
    throw invalid(
      "url",
      "must not contain a user or password: send them in a header, such as Authorization.",
    );
  }
}

/** Names and values that HTTP can send. */
function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
      throw invalid("header", `must have a name of letters, digits and dashes, not "${name}".`);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw invalid("header", `must hold printable Latin-1 characters alone; that of "${name}" does not.`);
    }
  }
}

function checkProtocol({ protocol, model }: ConnectOptions): void {
  if (!protocols.includes(protocol)) {
    throw invalid("protocol", `must be one of ${protocols.join(", ")}, not "${protocol}".`);
  }
  if (protocol === "json" && model !== undefined) {
    throw invalid("model", "names a model on the server, which the protocol json does not support: omit it.");
  }
  if (protocol !== "json" && (model === undefined || model === "")) {
    throw invalid("model", `is missing: name the model that the server knows, for ${protocol}.`);
  }
}

function checkQuantisation({ quantisation }: ConnectOptions): void {
  if (quantisation === undefined) return;
  const { scale, zeroPoint } = quantisation;
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
    throw invalid("outputScale", `must be a number above 0, not ${scale}.`);
  }
  within("outputZeroPoint", zeroPoint, -255, 255);
}

/** The limits on requests; `timeout` is in milliseconds. */
export interface RequestLimits {
  readonly timeout: number;
  readonly retries: number;
  readonly concurrency: number;
  readonly maxQps: number;
}

/** Checks the options before the first request. @throws OnepixelError `invalid-option` naming the option */
export function resolveConnection(url: string, options: ConnectOptions): RequestLimits {
  checkUrl(url);
  checkProtocol(options);
  checkHeaders(options.headers ?? {});
  checkQuantisation(options);
  const { maxQps } = options;
  return {
    timeout: within("timeout", options.timeout ?? 30, 0.001, 600, false) * 1000,
    retries: within("retries", options.retries ?? 4, 0, 20),
    concurrency: within("concurrency", options.concurrency ?? 1, 1, 64),
    maxQps: maxQps === undefined ? Number.POSITIVE_INFINITY : within("maxQps", maxQps, 0.01, 1e6, false),
  };
}

/**
 * The maximum number of images per request. @throws OnepixelError `invalid-option` for more than the server
 * accepts
 */
export function batchOf(batch: number | undefined, facts: ServerFacts): number {
  const most = Math.min(MOST_IMAGES, facts.batch ?? MOST_IMAGES);
  return within("batch", batch ?? most, 1, most);
}
