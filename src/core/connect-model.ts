import { useEnvironment } from "./environment.ts";
import { OnepixelError } from "./errors.ts";
import type { Model } from "./load-model.ts";
import { sha256 } from "./model/digest.ts";
import { createRemoteClassifier } from "./oracle/remote/classifier.ts";
import { describe, findOutput, type RemoteDescription } from "./oracle/remote/describe.ts";
import { RemoteError } from "./oracle/remote/error.ts";
import { createHttp, type Fetch, type Send } from "./oracle/remote/http.ts";
import { createJson } from "./oracle/remote/json.ts";
import { createKserve } from "./oracle/remote/kserve.ts";
import { createPace } from "./oracle/remote/pace.ts";
import type { OutputFormat } from "./oracle/remote/probabilities.ts";
import { type Protocol, type ProtocolName, protocols, type ServerFacts } from "./oracle/remote/protocol.ts";
import { createTfServing } from "./oracle/remote/tf-serving.ts";
import { headOf, openTrace, type TraceLog } from "./oracle/remote/trace.ts";

/** How a remote model is reached and described. */
export interface ConnectOptions {
  readonly protocol: ProtocolName;
  /** The model's name at the server; for `kserve-v2` and `tf-serving`. */
  readonly model?: string | undefined;
  /** The model's version at the server. Left out, the one that the server chooses. */
  readonly version?: string | undefined;
  /** Labels, input and output of the model, as in a `manifest.json`; what the server's metadata says may be left out. */
  readonly description?: RemoteDescription | undefined;
  /** Sent with every request, such as `{ Authorization: "Bearer …" }`. Their values get into no message, trace or result. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Most images of one request, 1 to 16. Left out, 16, or the server's own batch size. */
  readonly batch?: number | undefined;
  /** Most requests at the same time, 1 to 64. Left out, 1. */
  readonly concurrency?: number | undefined;
  /** Most images that are sent a second, 0.01 to 1,000,000. Left out, no limit. */
  readonly maxQps?: number | undefined;
  /** Seconds until a request is given up, more than 0 and at most 600. Left out, 30. */
  readonly timeout?: number | undefined;
  /** How often a request that failed is sent again, 0 to 20. Left out, 4. */
  readonly retries?: number | undefined;
  /** Where values are quantised: a value's real number is (value − zeroPoint) × scale. */
  readonly quantisation?: OutputFormat["quantisation"];
  /** Where answers are recorded, and taken from in the next run. */
  readonly trace?: TraceLog | undefined;
  /** The web platform's `fetch`. */
  readonly fetch: Fetch;
}

/** Most images that a search proposes at once. */
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
    throw invalid("url", "must have no user or password: send them in a header, such as Authorization.");
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

function protocolOf(url: string, options: ConnectOptions, send: Send): Protocol {
  const { protocol, model, version, description } = options;
  const server = { url, model, version, tensors: description?.tensors };
  switch (protocol) {
    case "kserve-v2":
      return createKserve(server, send);
    case "tf-serving":
      return createTfServing(server, send);
    case "json":
      return createJson(server);
  }
}

/** What the server says about its model; nothing, where it has no metadata and everything is described. */
async function factsOf(
  protocol: Protocol,
  { protocol: name, description: { labels, input } = {} }: ConnectOptions,
): Promise<ServerFacts> {
  try {
    return await protocol.facts();
  } catch (error) {
    const isDescribed = labels !== undefined && input?.width !== undefined && input.layout !== undefined;
    const isMissing = error instanceof RemoteError && error.status === 404;
    if (name === "tf-serving" && isDescribed && isMissing) return {};
    throw error;
  }
}

function checkProtocol({ protocol, model }: ConnectOptions): void {
  if (!protocols.includes(protocol)) {
    throw invalid("protocol", `must be one of ${protocols.join(", ")}, not "${protocol}".`);
  }
  if (protocol === "json" && model !== undefined) {
    throw invalid("model", "names a model at the server, which the protocol json cannot: leave it out.");
  }
  if (protocol !== "json" && (model === undefined || model === "")) {
    throw invalid("model", `is missing: name the model that the server knows, for ${protocol}.`);
  }
}

/**
 * Connects to a model behind a URL, to attack it as one that is here: nothing is known of it but its answers, and they
 * are the reference. `engine` in results is then "remote", and `model.remote` says where it was asked.
 * @param url for `kserve-v2` and `tf-serving` the server's, such as http://127.0.0.1:8000, to which the protocol's paths are
 * added; for `json` the URL that takes the images
 * @throws OnepixelError `invalid-option` naming the option, `invalid-manifest` naming what is missing of the description,
 * `remote-unavailable` if the server does not answer, `remote-response` if its answer cannot be used
 * @see docs/remote.md
 *
 * @example
 * ```ts
 * const model = await connectModel("http://127.0.0.1:8000", {
 *   protocol: "kserve-v2",
 *   model: "cifar10",
 *   description: { labels: ["cat", "dog"], normalise: "0-1" },
 *   fetch,
 * });
 * ```
 */
export async function connectModel(url: string, options: ConnectOptions): Promise<Model> {
  useEnvironment();
  checkUrl(url);
  checkProtocol(options);
  const { headers = {}, trace, quantisation, description = {}, model, version } = options;
  checkHeaders(headers);
  if (quantisation !== undefined) {
    within("outputScale", quantisation.scale, Number.MIN_VALUE, 1, false);
    within("outputZeroPoint", quantisation.zeroPoint, -255, 255);
  }
  const concurrency = within("concurrency", options.concurrency ?? 1, 1, 64);
  const { maxQps } = options;
  const rate = maxQps === undefined ? Number.POSITIVE_INFINITY : within("maxQps", maxQps, 0.01, 1e6, false);
  const send = createHttp({
    fetch: options.fetch,
    headers,
    timeout: within("timeout", options.timeout ?? 30, 0.001, 600, false) * 1000,
    retries: within("retries", options.retries ?? 4, 0, 20),
    pace: createPace(concurrency, rate),
  });
  const protocol = protocolOf(url, options, send);
  const facts = await factsOf(protocol, options);
  const batch = batchOf(options.batch, facts);
  const described = describe(options.protocol, description, facts, model);
  const output =
    described.output ?? (trace && headOf(trace)?.output) ?? (await findOutput(protocol, send, described));
  const manifest = { ...described, output };
  const identity = JSON.stringify([
    options.protocol,
    protocol.url,
    version ?? null,
    quantisation ?? null,
    manifest,
  ]);
  const digest = await sha256(new Uint8Array(new TextEncoder().encode(identity)));
  const head = { protocol: options.protocol, url: protocol.url, model: digest, output };
  return createRemoteClassifier({
    manifest,
    sha256: digest,
    name: options.protocol,
    protocol,
    send,
    batch,
    concurrency,
    quantisation,
    trace: trace && openTrace(trace, head),
  });
}

function batchOf(batch: number | undefined, facts: ServerFacts): number {
  const most = Math.min(MOST_IMAGES, facts.batch ?? MOST_IMAGES);
  return within("batch", batch ?? most, 1, most);
}
