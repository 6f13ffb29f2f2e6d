/** The cost of a network, and the part of it that one changed pixel affects. */
import type { PlanCost } from "../kernel/plan.ts";
import { type Layer, sizeOf } from "./layer.ts";
import type { Region, Spans } from "./regions.ts";

/** The mean length of spans on an axis of `size`, as a part of it. */
function meanPart(spans: Spans, size: number): number {
  const total = spans.reduce((sum, [first, last]) => sum + Math.max(0, last - first + 1), 0);
  return total / spans.length / size;
}

function multiplyAddsOf({ operation, inputs, shape, window, weights }: Layer): number {
  const positions = shape.height * shape.width;
  if (operation === "convolution" || operation === "depthwise") return positions * weights.length;
  if (window !== undefined) return sizeOf(shape) * window.kernelHeight * window.kernelWidth;
  return sizeOf(shape) * inputs.length;
}

/** The cost of each layer. */
export function costsOf(layers: readonly Layer[], regions: ReadonlyMap<Layer, Region>): PlanCost[] {
  return layers.map((layer) => {
    const { rows, columns } = regions.get(layer)!;
    // Rows depend on the pixel's row alone, and columns on its column: the mean of the product is the product.
    const touched = meanPart(rows, layer.shape.height) * meanPart(columns, layer.shape.width);
    return { multiplyAdds: multiplyAddsOf(layer), touched };
  });
}
