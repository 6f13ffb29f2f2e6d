import type { Network } from "../network/network.ts";
import { eachRow, type Rectangle, type Shape, sizeOf } from "../network/reach.ts";
import type { Clean } from "./clean.ts";

/**
 * What is known of a tensor when one pixel of the image takes the colours of a box. Each value is, with the place
 * ρ of the colour in the box, each channel's from −1 to 1: clean value + middle + Σ slope × ρ, give or take `error`.
 */
export interface Planes {
  readonly shape: Shape;
  /** The number of values. */
  readonly size: number;
  /** The rectangle of the values that may change; null if none does. Only there are middle, slopes and error up to date. */
  where: Rectangle | null;
  readonly middle: Float64Array;
  /** One plane of values for each channel of the image. */
  readonly slopes: Float64Array;
  readonly error: Float64Array;
  /** By how much the error, and the largest size, are more than on the clean image. */
  readonly moreError: Float64Array;
  readonly moreSize: Float64Array;
  /** By how much the rounding of the step itself is more; up to date everywhere, as are the next. */
  readonly moreLocal: Float64Array;
  /** The least and the greatest value. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export function planesOf(network: Network, lanes: number): Planes[] {
  return network.shapes.map((shape) => {
    const size = sizeOf(shape);
    const plane = () => new Float64Array(size);
    return {
      shape,
      size,
      where: null,
      middle: plane(),
      slopes: new Float64Array(size * lanes),
      error: plane(),
      moreError: plane(),
      moreSize: plane(),
      moreLocal: plane(),
      low: plane(),
      high: plane(),
    };
  });
}

/** Sets what must be up to date everywhere to that of the clean image, in a rectangle. */
export function reset(planes: Planes, clean: Clean, tensor: number, where: Rectangle): void {
  const values = clean.values[tensor]!;
  const errors = clean.errors[tensor]!;
  eachRow(planes.shape, where, (first, end) => {
    planes.moreLocal.fill(0, first, end);
    for (let i = first; i < end; i++) {
      planes.low[i] = values[i]! - errors[i]!;
      planes.high[i] = values[i]! + errors[i]!;
    }
  });
}

/** Computes what follows from middle, slopes and error. */
export function finish(planes: Planes, clean: Clean, tensor: number, lanes: number): void {
  const { size, middle, slopes, error, moreError, moreSize, low, high } = planes;
  const values = clean.values[tensor]!;
  const errors = clean.errors[tensor]!;
  eachRow(planes.shape, planes.where!, (first, end) => {
    for (let i = first; i < end; i++) {
      let radius = error[i]!;
      for (let lane = 0; lane < lanes; lane++) radius += Math.abs(slopes[lane * size + i]!);
      const centre = values[i]! + middle[i]!;
      low[i] = centre - radius;
      high[i] = centre + radius;
      const before = errors[i]!;
      moreError[i] = Math.max(0, error[i]! - before);
      moreSize[i] = Math.max(0, Math.abs(centre) + radius - Math.abs(values[i]!) - before);
    }
  });
}
