import type { ModelEntry } from "../../src/core/model/entry.ts";

const MEBIBYTE = 2 ** 20;

/** One line for whoever builds: which engine answers a model's queries, and why if it is not the incremental one. */
export async function describeEngine({ manifest: { id }, compile }: ModelEntry): Promise<string> {
  const compiled = await compile();
  if ("unsupported" in compiled) {
    return `${id}: queries run through onnxruntime, because the model ${compiled.unsupported}`;
  }
  const mebibytes = (compiled.plan.room(1).bytes / MEBIBYTE).toFixed(1);
  return `${id}: queries run incrementally, with ${mebibytes} MiB of memory for each one-pixel attack`;
}
