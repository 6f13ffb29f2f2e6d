/** From a map to the labels. */
import type { OnnxAttribute } from "../onnx-writer.ts";
import type { Builder, FeatureMap, Vector } from "./builder.ts";

/** From a map to a vector, one of the ways that exporters write. */
export function flatten(b: Builder, map: FeatureMap): Vector {
  const { name, channels, height, width } = map;
  const size = channels * height * width;
  const toVector = (pooled: string): string => {
    const axes = b.opset < 13 ? { axes: { ints: [2, 3] } } : {};
    return b.node("Squeeze", b.opset < 13 ? [pooled] : [pooled, b.integers([2, 3])], axes);
  };
  switch (b.random.below(9)) {
    case 8: {
      const attributes: Record<string, OnnxAttribute> = { keepdims: { int: 0 } };
      if (b.opset < 18) attributes.axes = { ints: [2, 3] };
      const inputs = b.opset < 18 ? [name] : [name, b.integers([2, 3])];
      return { name: b.node("ReduceMax", inputs, attributes), size: channels };
    }
    case 0:
      return { name: b.node("Flatten", [b.node("GlobalAveragePool", [name])]), size: channels };
    case 1:
      return { name: toVector(b.node("GlobalMaxPool", [name])), size: channels };
    case 2: {
      const keeps = b.chance();
      const attributes = { axes: { ints: [2, 3] }, keepdims: { int: Number(keeps) } };
      const inputs = b.opset < 18 ? [name] : [name, b.integers([-1, -2])];
      const { axes, ...rest } = attributes;
      const mean = b.node("ReduceMean", inputs, b.opset < 18 ? { axes, ...rest } : rest);
      return { name: keeps ? b.node("Flatten", [mean], { axis: { int: 1 } }) : mean, size: channels };
    }
    case 3:
      return { name: b.node("Reshape", [name, b.integers([0, -1])]), size };
    case 4: {
      const place = b.integers([b.pick([0, -4])], []);
      const batch = b.node("Gather", [b.node("Shape", [name]), place], { axis: { int: 0 } });
      const first =
        b.opset < 13
          ? b.node("Unsqueeze", [batch], { axes: { ints: [0] } })
          : b.node("Unsqueeze", [batch, b.integers([0])]);
      const dims = b.node("Concat", [first, b.integers([-1])], { axis: { int: 0 } });
      return { name: b.node("Reshape", [name, dims]), size };
    }
    case 5: {
      const last = b.node("Transpose", [name], { perm: { ints: [0, 2, 3, 1] } });
      return { name: b.node("Flatten", [last]), size };
    }
    case 6: {
      const last = b.node("Transpose", [name], { perm: { ints: [0, 2, 3, 1] } });
      const inputs = b.opset < 18 ? [last] : [last, b.integers([1, 2])];
      const attributes: Record<string, OnnxAttribute> = { keepdims: { int: 0 } };
      if (b.opset < 18) attributes.axes = { ints: [1, 2] };
      return { name: b.node("ReduceMean", inputs, attributes), size: channels };
    }
    default:
      return { name: b.node("Flatten", [name]), size };
  }
}

export function dense(b: Builder, vector: Vector, outputs: number): Vector {
  const { name, size } = vector;
  const spread = 1 / Math.sqrt(size);
  if (b.chance()) {
    // As some exporters write it: the matrix the other way round, transposed by a node.
    const weights = b.node("Transpose", [b.floats([outputs, size], spread)], { perm: { ints: [1, 0] } });
    const product = b.node("MatMul", [name, b.chance() ? weights : b.floats([size, outputs], spread)]);
    return { name: b.node("Add", [product, b.floats([outputs])]), size: outputs };
  }
  const isTransposed = b.chance();
  const weights = b.floats(isTransposed ? [outputs, size] : [size, outputs], spread);
  const bias = b.pick([
    b.opset < 11 ? [b.floats([outputs])] : [],
    [b.floats([outputs])],
    [b.floats([1, outputs])],
    [b.floats([1])],
  ]);
  const attributes = { transB: { int: Number(isTransposed) }, alpha: { float: 0.7 }, beta: { float: 1.3 } };
  return { name: b.node("Gemm", [name, weights, ...bias], attributes), size: outputs };
}
