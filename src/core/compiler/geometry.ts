import type { Layer, Shape, Window } from "./layer.ts";

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

/** For each row and then each column of the input, the first and the last window that holds it. */
export function windowsOf(window: Window, from: Shape, to: Shape): Int32Array {
  const { kernelHeight, kernelWidth, strideY, strideX, padTop, padLeft } = window;
  return Int32Array.from([
    ...windowsOfAxis(from.height, to.height, kernelHeight, strideY, padTop),
    ...windowsOfAxis(from.width, to.width, kernelWidth, strideX, padLeft),
  ]);
}
