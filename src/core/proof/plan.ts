import { compileLayers } from "../compiler/compile.ts";
import type { BoundsPlan } from "../kernel/bounds-plan.ts";
import type { Classifier } from "../model/classifier.ts";
import { Unsupported } from "../onnx/unsupported.ts";
import { layOutBounds } from "./lay-out.ts";

/** A classifier's network for bounds, or why it has none; the reason continues the sentence "The model …". */
export type BoundsCompilation = { readonly plan: BoundsPlan } | { readonly unsupported: string };

const known = new WeakMap<Classifier, BoundsCompilation>();

/** Compiles a classifier for bounds, once. @throws ModelFileError */
export async function boundsOf(classifier: Classifier): Promise<BoundsCompilation> {
  const before = known.get(classifier);
  if (before !== undefined) return before;
  const compiled = await compile(classifier);
  known.set(classifier, compiled);
  return compiled;
}

async function compile({ onnx, manifest, remote }: Classifier): Promise<BoundsCompilation> {
  if (remote !== undefined) return { unsupported: "runs behind a URL, so nothing is known of its network" };
  try {
    return { plan: layOutBounds(compileLayers(new Uint8Array(await onnx()), manifest)) };
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    throw error;
  }
}
