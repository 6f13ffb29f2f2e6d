import type { Layer } from "./layer.ts";

/** The border that the address table of a tensor needs, so that no window reaches beyond it. */
export interface Border {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** The border that one convolution needs around its input. Pools clip their windows at the edge instead. */
function borderFor({ operation, inputs, shape, window }: Layer): Border | undefined {
  if (window === undefined || (operation !== "convolution" && operation !== "depthwise")) return undefined;
  const { height, width } = inputs[0]!.shape;
  const { kernelHeight, kernelWidth, strideY, strideX, padTop, padLeft } = window;
  return {
    top: padTop,
    left: padLeft,
    bottom: Math.max(0, (shape.height - 1) * strideY - padTop + kernelHeight - height),
    right: Math.max(0, (shape.width - 1) * strideX - padLeft + kernelWidth - width),
  };
}

/** The border of each tensor: the widest that any of its readers needs. */
export function bordersOf(layers: readonly Layer[]): ReadonlyMap<Layer, Border> {
  const borders = new Map<Layer, Border>(
    layers.map((layer) => [layer, { top: 0, left: 0, bottom: 0, right: 0 }]),
  );
  for (const layer of layers) {
    const needed = borderFor(layer);
    if (needed === undefined) continue;
    const source = layer.inputs[0]!;
    const { top, left, bottom, right } = borders.get(source)!;
    borders.set(source, {
      top: Math.max(top, needed.top),
      left: Math.max(left, needed.left),
      bottom: Math.max(bottom, needed.bottom),
      right: Math.max(right, needed.right),
    });
  }
  return borders;
}

/** For each of `size` inputs of an axis, the first and the last of `outputs` windows that hold it. */
function windowsOfAxis(size: number, outputs: number, kernel: number, stride: number, pad: number): number[] {
  return Array.from({ length: size }, (_, i) => [
    Math.max(0, Math.ceil((i + pad - kernel + 1) / stride)),
    Math.min(outputs - 1, Math.floor((i + pad) / stride)),
  ]).flat();
}

/** The same for an axis of a resize: its windows are the one or two inputs between which an output lies. */
function windowsOfResized(size: number, table: Float32Array): number[] {
  const outputs = table.length / 3;
  let [first, last] = [0, -1];
  return Array.from({ length: size }, (_, i) => {
    while (first < outputs && table[first * 3 + 1]! < i) first++;
    while (last + 1 < outputs && table[(last + 1) * 3]! <= i) last++;
    return [first, last];
  }).flat();
}

/**
 * For each row and then each column of a layer's input, the first and the last window that holds it; `undefined` where a
 * position reads the same position.
 */
export function windowsOf({ operation, inputs, shape, window, weights }: Layer): Int32Array | undefined {
  const [from] = inputs;
  if (from === undefined) return undefined;
  const { height, width } = from.shape;
  if (operation === "resize") {
    const split = shape.height * 3;
    const [rows, columns] = [weights.subarray(0, split), weights.subarray(split)];
    return Int32Array.from([...windowsOfResized(height, rows), ...windowsOfResized(width, columns)]);
  }
  if (window === undefined) return undefined;
  const { kernelHeight, kernelWidth, strideY, strideX, padTop, padLeft } = window;
  return Int32Array.from([
    ...windowsOfAxis(height, shape.height, kernelHeight, strideY, padTop),
    ...windowsOfAxis(width, shape.width, kernelWidth, strideX, padLeft),
  ]);
}
