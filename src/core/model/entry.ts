/** A model before it is loaded: what is known of it, and how to get the rest. */
import { type Compilation, compilePlan } from "../compiler/compile.ts";
import { once } from "../exclusive.ts";
import { ModelFileError } from "../onnx/error.ts";
import { shorten } from "../onnx/unsupported.ts";
import { costOf, type ModelCost } from "./cost.ts";
import type { Manifest } from "./manifest.ts";

export interface ModelEntry {
  readonly manifest: Manifest;
  /** SHA-256 of model.onnx, hexadecimal; for a remote model, of its description: protocol, URL, labels, input, output. */
  readonly sha256: string;
  /** The size of model.onnx; null for a remote model. */
  readonly bytes: number | null;
  /** Reads model.onnx. Rejects for a remote model, which has none here. */
  readonly onnx: () => Promise<ArrayBuffer>;
  /** The model compiled for incremental inference, or why it cannot be; once for all. Rejects like `onnx`. */
  readonly compile: () => Promise<Compilation>;
  /** What a forward pass costs. Nothing is read for it. */
  readonly cost: () => ModelCost;
}

/**
 * If a model cannot be compiled for any reason, it is attacked through onnxruntime, which may accept a file
 * that the graph reader rejects. An unexpected error is a bug here, and is logged.
 */
function compileModel(onnx: ArrayBuffer, manifest: Manifest): Compilation {
  try {
    return compilePlan(new Uint8Array(onnx), manifest);
  } catch (error) {
    if (error instanceof ModelFileError) {
      const reason = shorten(error.message).replace(/\.$/, "");
      return { unsupported: `has a file that cannot be compiled: ${reason}` };
    }
    console.error(`The model ${manifest.id} could not be compiled:`, error);
    return { unsupported: "could not be compiled because of an internal error; see the log" };
  }
}

/** A model whose file is in memory. @param sha256 of the file */
export function modelInMemory(manifest: Manifest, onnx: ArrayBuffer, sha256: string): ModelEntry {
  let compilation: Compilation | undefined;
  let cost: ModelCost | undefined;
  const compile = () => {
    compilation ??= compileModel(onnx, manifest);
    return compilation;
  };
  return {
    manifest,
    sha256,
    bytes: onnx.byteLength,
    onnx: async () => onnx,
    compile: async () => compile(),
    cost: () => {
      cost ??= costOf(compile(), onnx, manifest);
      return cost;
    },
  };
}

/** What is known of a model whose file is elsewhere. */
export interface ModelFacts extends Pick<ModelEntry, "manifest" | "sha256" | "bytes"> {
  /** What `costOf` said of the file. */
  readonly cost: ModelCost;
}

/**
 * A model whose file is read when it is first needed. Its bytes are kept until the model is compiled; after that, session
 * and plan hold all that is needed of them.
 */
export function modelOnDemand(
  { manifest, sha256, bytes, cost }: ModelFacts,
  read: () => Promise<ArrayBuffer>,
): ModelEntry {
  let file = once(read);
  const onnx = () => file();
  let compilation: Compilation | undefined;
  return {
    manifest,
    sha256,
    bytes,
    onnx,
    compile: async () => {
      if (compilation !== undefined) return compilation;
      const bytes = await onnx();
      // Another caller may have compiled it meanwhile.
      compilation ??= compileModel(bytes, manifest);
      file = once(read);
      return compilation;
    },
    cost: () => cost,
  };
}
