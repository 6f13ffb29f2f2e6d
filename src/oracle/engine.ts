import { createKernel, type Kernel, type KernelOptions } from "../kernel/kernel.ts";
import type { Classifier } from "../model/classifier.ts";
import { createOnnxruntimeOracle } from "./onnxruntime.ts";
import type { Oracle } from "./oracle.ts";

/** Most floats of a rendered chunk: 4 MiB. */
const CHUNK_FLOATS = 2 ** 20;
/** Most candidates of a chunk: batches beyond this are no faster, and progress would be coarser. */
const MAX_CHUNK = 16;

/** A kernel for one attack, and the oracle that answers its candidates. */
export function createEngine(
  classifier: Classifier,
  options: Omit<KernelOptions, "chunk" | "format" | "plan">,
): { readonly kernel: Kernel; readonly oracle: Oracle } {
  const { width, height, channels, layout, scale, mean, std } = classifier.manifest.input;
  const kernel = createKernel({
    ...options,
    chunk: Math.max(1, Math.min(MAX_CHUNK, Math.floor(CHUNK_FLOATS / (width * height * channels)))),
    format: { layout, scale, mean, std },
  });
  return { kernel, oracle: createOnnxruntimeOracle(classifier, kernel) };
}
