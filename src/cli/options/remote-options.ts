/** The options of a model behind a URL. */
import { type Command, Option } from "commander";
import { protocols } from "../../core/oracle/remote/protocol.ts";
import { type ConnectOptions, connectModel, type Model } from "../../node/index.ts";
import { openModel } from "../../node/open-model.ts";
import { readJson } from "../files.ts";
import { kebab, UsageError } from "../io.ts";
import { unlessStopped } from "../stop.ts";
import { addModelOptions, type ModelValues, readModelOptions } from "./model-options.ts";

/** The values of the options of `addAnyModelOptions`. */
export interface AnyModelValues extends ModelValues {
  readonly url?: string;
  readonly protocol?: string;
  readonly modelVersion?: string;
  readonly manifest?: string;
  readonly channels?: string;
  readonly header?: readonly string[];
  readonly batch?: string;
  readonly concurrency?: string;
  readonly maxQps?: string;
  readonly timeout?: string;
  readonly retries?: string;
  readonly outputScale?: string;
  readonly outputZeroPoint?: string;
  readonly trace?: string;
}

const PROTOCOLS = protocols.join(", ");

const options = [
  new Option("--url <url>", "Attack a model behind this URL instead of a file. Needs --protocol."),
  new Option(
    "--protocol <name>",
    `The protocol of the server: ${PROTOCOLS}. For the first two, --model is the model's name on the server.`,
  ),
  new Option(
    "--model-version <version>",
    "The model's version on the server. Default: chosen by the server.",
  ),
  new Option("--manifest <file>", "A manifest.json that describes the model behind the URL."),
  new Option("--channels <number>", "1 for grey images, 3 for RGB, if the server does not specify it."),
  new Option(
    "--header <header>",
    "Send a header such as 'Authorization: Bearer …' with every request. Can be repeated.",
  ).argParser((header: string, others: readonly string[] = []) => [...others, header]),
  new Option(
    "--batch <number>",
    "Maximum number of images per request, 1 to 16. Default: 16, or the server's batch size.",
  ),
  new Option("--concurrency <number>", "Maximum number of concurrent requests, 1 to 64. Default: 1."),
  new Option("--max-qps <number>", "Maximum number of images sent per second. Default: no limit."),
  new Option("--timeout <seconds>", "The timeout of a request, in seconds. Default: 30."),
  new Option("--retries <number>", "How often a failed request is retried, 0 to 20. Default: 4."),
  new Option("--output-scale <number>", "For quantised outputs: the size of one step."),
  new Option(
    "--output-zero-point <number>",
    "For quantised outputs: the value that represents 0. Default: 0.",
  ),
  new Option(
    "--trace <file>",
    "Record every prediction in this file, and reuse the predictions that it already contains.",
  ),
] as const;

/** Adds the options that name a model: a file here, or one behind a URL. */
export function addAnyModelOptions(command: Command): Command {
  addModelOptions(command);
  for (const option of options) command.addOption(option);
  return command;
}

function numberOf(name: keyof AnyModelValues, values: AnyModelValues): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = String(text).trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new UsageError(`--${kebab(name)} must be a number, not "${text}"`);
}

/** @throws UsageError, which does not repeat the header: its value may be a secret */
function headersOf(headers: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    headers.map((header) => {
      const colon = header.indexOf(":");
      if (colon > 0) return [header.slice(0, colon).trim(), header.slice(colon + 1).trim()];
      throw new UsageError("--header must be a name and a value, such as 'Authorization: Bearer …'");
    }),
  );
}

function quantisationOf(values: AnyModelValues): ConnectOptions["quantisation"] {
  const scale = numberOf("outputScale", values);
  const zeroPoint = numberOf("outputZeroPoint", values);
  if (scale !== undefined) return { scale, zeroPoint: zeroPoint ?? 0 };
  if (zeroPoint === undefined) return undefined;
  throw new UsageError("--output-zero-point needs --output-scale");
}

/** What is said of the model: the manifest, and before it what the other options say. */
function descriptionOf(values: AnyModelValues): ConnectOptions["description"] {
  const { labels, normalise, layout, size, scores, inputName, outputName } = readModelOptions(values);
  const manifest = (
    values.manifest === undefined ? {} : readJson(values.manifest, "--manifest")
  ) as NonNullable<ConnectOptions["description"]>;
  const channels = numberOf("channels", values) as 1 | 3 | undefined;
  const tensors = { ...(inputName && { input: inputName }), ...(outputName && { output: outputName }) };
  return {
    ...manifest,
    ...(labels && { labels: [...labels] }),
    ...(scores && { output: scores }),
    ...(Object.keys(tensors).length > 0 && { tensors: { ...manifest.tensors, ...tensors } }),
    ...(normalise && { normalise }),
    input: { ...manifest.input, ...size, ...(layout && { layout }), ...(channels && { channels }) },
  };
}

/**
 * Opens the model that the options name.
 * @throws Stopped after Ctrl-C, UsageError; OnepixelError as `openModel` and `connectModel`
 */
export const openAnyModel = (values: AnyModelValues, signal: AbortSignal | undefined): Promise<Model> =>
  unlessStopped(open(values), signal);

async function open(values: AnyModelValues): Promise<Model> {
  const { url, protocol, model } = values;
  if (url === undefined) {
    const names = options.map((option) => option.attributeName() as keyof AnyModelValues);
    const stray = names.find((name) => values[name] !== undefined);
    if (stray) throw new UsageError(`--${kebab(stray)} needs --url`);
    return openModel(model, readModelOptions(values));
  }
  if (protocol === undefined) throw new UsageError(`--url needs --protocol: one of ${PROTOCOLS}`);
  return connectModel(url, {
    protocol: protocol as ConnectOptions["protocol"],
    model,
    version: values.modelVersion,
    description: descriptionOf(values),
    headers: headersOf(values.header ?? []),
    batch: numberOf("batch", values),
    concurrency: numberOf("concurrency", values),
    maxQps: numberOf("maxQps", values),
    timeout: numberOf("timeout", values),
    retries: numberOf("retries", values),
    quantisation: quantisationOf(values),
    trace: values.trace,
  });
}
