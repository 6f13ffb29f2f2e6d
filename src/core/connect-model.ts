import { useEnvironment } from "./environment.ts";
import type { Model } from "./load-model.ts";
import { sha256 } from "./model/digest.ts";
import { createRemoteClassifier } from "./oracle/remote/classifier.ts";
import { describe, findOutput } from "./oracle/remote/describe.ts";
import { RemoteError } from "./oracle/remote/error.ts";
import { createHttp, type Send } from "./oracle/remote/http.ts";
import { createJson } from "./oracle/remote/json.ts";
import { createKserve } from "./oracle/remote/kserve.ts";
import { batchOf, type ConnectOptions, resolveConnection } from "./oracle/remote/options.ts";
import { createPace } from "./oracle/remote/pace.ts";
import type { Protocol, ServerFacts } from "./oracle/remote/protocol.ts";
import { createTfServing } from "./oracle/remote/tf-serving.ts";
import { headOf, openTrace } from "./oracle/remote/trace.ts";

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

/** The server's metadata; empty if it has none and everything is described. */
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

/**
 * Connects to a model behind a URL, so that it can be attacked like a local one. Only its predictions are
 * known, and they are the reference. In results, `engine` is "remote", and `model.remote` contains the URL.
 * @param url for `kserve-v2` and `tf-serving` the server's URL, such as http://127.0.0.1:8000, to which the
 * protocol's paths are added; for `json` the URL that accepts the images
 * @throws OnepixelError `invalid-option` naming the option, `invalid-manifest` naming what is missing in
 * the description, `remote-unavailable` if the server does not respond, `remote-response` if its response
 * cannot be used
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
  const { timeout, retries, concurrency, maxQps } = resolveConnection(url, options);
  const { protocol: name, headers = {}, trace, quantisation, description = {}, model, version } = options;
  const pace = createPace(concurrency, maxQps);
  const send = createHttp({ fetch: options.fetch, headers, timeout, retries, pace });
  const protocol = protocolOf(url, options, send);
  const facts = await factsOf(protocol, options);
  const batch = batchOf(options.batch, facts);
  const described = describe(name, description, facts, model);
  const output =
    described.output ??
    (trace && headOf(trace)?.output) ??
    (await findOutput(protocol, send, described, facts));
  const manifest = { ...described, output };
  const identity = [name, protocol.url, version ?? null, quantisation ?? null, manifest];
  const digest = await sha256(new Uint8Array(new TextEncoder().encode(JSON.stringify(identity))));
  return createRemoteClassifier({
    manifest,
    sha256: digest,
    name,
    protocol,
    send,
    batch,
    fixedBatch: facts.batch,
    concurrency,
    quantisation,
    trace: trace && openTrace(trace, { protocol: name, url: protocol.url, model: digest, output }),
  });
}
