/** Random networks with bounds on their values. */
import { compileLayers, compilePlan } from "../../src/core/compiler/compile.ts";
import { createBounds } from "../../src/core/kernel/bounds.ts";
import { createInference } from "../../src/core/kernel/inference.ts";
import { instantiate } from "../../src/core/kernel/instance.ts";
import { Unsupported } from "../../src/core/onnx/unsupported.ts";
import { layOutBounds } from "../../src/core/proof/lay-out.ts";
import { kernelModule, noise } from "./kernel/fixtures.ts";
import { interfaceOf } from "./random-inference.ts";
import { buildNetwork, type Recipe } from "./random-network.ts";

/** A random network with its bounds and its execution on an image, or why it has no bounds. */
export function openBounds(recipe: Recipe) {
  const format = interfaceOf(recipe);
  const onnx = buildNetwork(recipe);
  const image = noise(recipe.width, recipe.height, recipe.channels, recipe.seed);
  const compiled = compilePlan(onnx, format);
  if ("unsupported" in compiled) throw new Error(compiled.unsupported);
  try {
    const plan = layOutBounds(compileLayers(onnx, format));
    const bounds = createBounds(instantiate(kernelModule), plan, image, format.input);
    const inference = createInference(instantiate(kernelModule), compiled.plan, image, format.input, 1);
    return { bounds, inference, image, scores: plan.scores };
  } catch (error) {
    if (error instanceof Unsupported) return error.message;
    throw error;
  }
}
