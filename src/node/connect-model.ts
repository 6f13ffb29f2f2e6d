import { connectModel as connect } from "../core/connect-model.ts";
import { init } from "../core/environment.ts";
import type { Model } from "../core/load-model.ts";
import type { ConnectOptions as CoreOptions } from "../core/oracle/remote/options.ts";
import { nodeModules } from "./modules.ts";
import { openTraceFile } from "./trace-file.ts";

/** How a remote model is reached and described. */
export interface ConnectOptions extends Omit<CoreOptions, "trace" | "fetch"> {
  /** The file where answers are recorded, and taken from in the next run. */
  readonly trace?: string | undefined;
}

/**
 * Connects to a model behind a URL, with Node's `fetch`, and before the first model loads the library's WebAssembly.
 * @param url for `kserve-v2` and `tf-serving` the server's URL, such as http://127.0.0.1:8000, to which the
 * protocol's paths are added; for `json` the URL that accepts the images
 * @throws OnepixelError `invalid-option` naming the option, `invalid-manifest`, `remote-unavailable`, `remote-response`
 * @see docs/remote.md
 *
 * @example
 * ```ts
 * const model = await connectModel("http://127.0.0.1:5000/classify", {
 *   protocol: "json",
 *   description: { labels: ["cat", "dog"], input: { width: 32, height: 32, channels: 3 } },
 *   trace: "trace.jsonl",
 * });
 * ```
 */
export async function connectModel(url: string, { trace, ...options }: ConnectOptions): Promise<Model> {
  init(nodeModules());
  return connect(url, { ...options, fetch, ...(trace !== undefined && { trace: openTraceFile(trace) }) });
}
