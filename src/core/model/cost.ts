import type { Compilation } from "../compiler/compile.ts";
import type { PlanCost } from "../kernel/plan.ts";
import { estimateMultiplyAdds } from "../onnx/estimate.ts";
import type { Manifest } from "./manifest.ts";

/** What a forward pass costs: each tensor of a compiled model, or an estimate of the whole where it is not compiled. */
export type ModelCost = { readonly tensors: readonly PlanCost[] } | { readonly multiplyAdds: number };

/** The cost of a model. @param onnx the bytes of its file */
export function costOf(compilation: Compilation, onnx: ArrayBuffer, { input }: Manifest): ModelCost {
  if ("plan" in compilation) return { tensors: compilation.plan.costs };
  return { multiplyAdds: estimateMultiplyAdds(onnx, input) };
}

/** The multiply-adds of a forward pass. */
export function multiplyAddsOf(cost: ModelCost): number {
  if ("multiplyAdds" in cost) return cost.multiplyAdds;
  return cost.tensors.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
}
