/** A remote model as a classifier: batches, the trace, and notes on its responses. */
import type { Classifier } from "../../model/classifier.ts";
import { sha256 } from "../../model/digest.ts";
import type { Manifest } from "../../model/manifest.ts";
import { renderTensor } from "../../model/tensor.ts";
import { type Send, TooMuchAtOnce } from "./http.ts";
import { createNotes } from "./notes.ts";
import { type OutputFormat, probabilitiesOf, type RemoteRow } from "./probabilities.ts";
import type { Protocol, ProtocolName } from "./protocol.ts";
import type { Trace } from "./trace.ts";

export interface RemoteOptions {
  readonly manifest: Manifest;
  /** The digest of the model's description. */
  readonly sha256: string;
  readonly name: ProtocolName;
  readonly protocol: Protocol;
  readonly send: Send;
  /** The maximum number of images per request. */
  readonly batch: number;
  /** The required number of images per request, if the server's batch axis is fixed. */
  readonly fixedBatch?: number | undefined;
  /** The maximum number of concurrent requests. */
  readonly concurrency: number;
  readonly quantisation?: OutputFormat["quantisation"];
  readonly trace?: Trace | undefined;
}

/** @returns a classifier whose predictions come from the remote model or from the trace */
export function createRemoteClassifier(options: RemoteOptions): Classifier {
  const { manifest, protocol, send, trace } = options;
  const { labels, input } = manifest;
  const size = input.width * input.height * input.channels;
  const format: OutputFormat = { labels, output: manifest.output, quantisation: options.quantisation };
  const notes = createNotes(format);
  let batch = options.batch;

  /** Queries images, in requests of at most `batch`; in smaller ones after a request that took too long. */
  async function ask(images: readonly Float32Array[]): Promise<RemoteRow[]> {
    if (images.length > batch) {
      const parts = Array.from({ length: Math.ceil(images.length / batch) }, (_, part) =>
        images.slice(part * batch, (part + 1) * batch),
      );
      return (await Promise.all(parts.map(ask))).flat();
    }
    // A fixed batch is padded with black images.
    const count = options.fixedBatch ?? images.length;
    const tensor = new Float32Array(count * size);
    for (const [at, image] of images.entries()) tensor.set(image, at * size);
    try {
      const response = await send(protocol.encode(tensor, count, input));
      const raw = protocol.decode(response, count);
      return probabilitiesOf(protocol.url, raw, count, format).slice(0, images.length);
    } catch (error) {
      if (!(error instanceof TooMuchAtOnce) || images.length === 1) throw error;
      batch = Math.min(batch, Math.ceil(images.length / 2));
      return ask(images);
    }
  }

  /** Queries the images that are not in the trace, and records the predictions. */
  async function askTraced(images: readonly Float32Array[], known: Trace): Promise<RemoteRow[]> {
    const digests = await Promise.all(images.map((image) => sha256(new Uint8Array(image.slice().buffer))));
    const rows = digests.map((digest) => known.take(digest));
    const missing = images.flatMap((image, at) => (rows[at] === undefined ? [{ image, at }] : []));
    const parts = Array.from({ length: Math.ceil(missing.length / batch) }, (_, part) =>
      missing.slice(part * batch, (part + 1) * batch),
    );
    await Promise.all(
      parts.map(async (part) => {
        const answers = await ask(part.map(({ image }) => image));
        for (const [index, { at }] of part.entries()) {
          rows[at] = answers[index]!;
          known.record(digests[at]!, answers[index]!);
        }
      }),
    );
    return rows as RemoteRow[];
  }

  async function classify(tensor: Float32Array, count: number): Promise<Float32Array> {
    const images = Array.from({ length: count }, (_, at) => tensor.subarray(at * size, (at + 1) * size));
    const rows = await (trace === undefined ? ask(images) : askTraced(images, trace));
    const answer = new Float32Array(count * labels.length);
    for (const [at, row] of rows.entries()) {
      notes.add(row);
      answer.set(row.probabilities, at * labels.length);
    }
    return answer;
  }

  return {
    manifest,
    onnx: () => Promise.reject(new Error("A remote model has no file here.")),
    sha256: options.sha256,
    bytes: null,
    remote: {
      protocol: options.name,
      url: protocol.url,
      parallel: options.batch * options.concurrency,
      get notes() {
        return notes.lines;
      },
    },
    classify,
    compile: async () => ({ unsupported: "is remote" }),
    // Another machine does the work.
    cost: () => ({ multiplyAdds: 0 }),
    probabilities: (raster) => classify(renderTensor(raster, input), 1),
  };
}
