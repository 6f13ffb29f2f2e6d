import type { Raster } from "../../../image/raster.ts";
import type { ImageFormat, KinkStep, LinearStep, MaximumStep, Network } from "../network/network.ts";
import { sizeOf, wholeOf } from "../network/reach.ts";
import { inputErrorOf, inputValueOf } from "./input.ts";
import { gammaOf, LARGEST, lossOf, UNDERFLOW } from "./rounding.ts";

/** For each output of a maximum: the input that is taken for it, and how far another may be above that. */
export interface Choice {
  readonly taken: Int32Array;
  readonly gap: Float64Array;
}

/** The network on the unchanged image. Every list has an entry for each tensor. */
export interface Clean {
  readonly values: readonly Float64Array[];
  /** How far an execution may be from a value. */
  readonly errors: readonly Float64Array[];
  /** The part of the error that the step itself adds. */
  readonly local: readonly Float64Array[];
  /** Of the tensors that a maximum makes. */
  readonly choices: ReadonlyMap<number, Choice>;
}

export function applyKink({ kink, below, above }: KinkStep, value: number): number {
  return kink + (value < kink ? below : above) * (value - kink);
}

function linear(step: LinearStep, network: Network, { values, errors, local }: Clean): void {
  const value = values[step.output]!;
  const error = errors[step.output]!;
  const size = local[step.output]!;
  value.set(step.bias);
  for (const { input, map } of step.terms) {
    const whole = wholeOf(network.shapes[input]!);
    const sizes = values[input]!.map((each, i) => Math.abs(each) + errors[input]![i]!);
    map.forward(values[input]!, 0, value, 0, whole, false);
    map.forward(errors[input]!, 0, error, 0, whole, true);
    map.forward(sizes, 0, size, 0, whole, true);
  }
  const gamma = gammaOf(step.products);
  for (let i = 0; i < size.length; i++) {
    const total = size[i]! + Math.abs(step.bias[i]!);
    const exact = gamma === 0 ? 0 : UNDERFLOW + (step.biasError?.[i] ?? 0);
    size[i] = total < LARGEST ? gamma * total + exact : Number.NaN;
    error[i]! += size[i]!;
  }
}

function kink(step: KinkStep, { values, errors, local }: Clean): void {
  const steepest = Math.max(Math.abs(step.below), Math.abs(step.above));
  const loss = lossOf(step.below, step.above);
  for (const [i, value] of values[step.input]!.entries()) {
    const error = errors[step.input]![i]!;
    values[step.output]![i] = applyKink(step, value);
    local[step.output]![i] = loss * (Math.abs(value) + error + Math.abs(step.kink));
    errors[step.output]![i] = steepest * error + local[step.output]![i]!;
  }
}

function maximum(step: MaximumStep, { values, errors }: Clean): Choice {
  const value = values[step.input]!;
  const error = errors[step.input]!;
  const count = step.start.length - 1;
  const choice = { taken: new Int32Array(count), gap: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    const members = step.members.subarray(step.start[i]!, step.start[i + 1]!);
    const taken = members.reduce((best, j) =>
      value[j]! - error[j]! > value[best]! - error[best]! ? j : best,
    );
    let [largest, most, gap] = [Number.NEGATIVE_INFINITY, 0, 0];
    for (const j of members) {
      largest = Math.max(largest, value[j]!);
      most = Math.max(most, error[j]!);
      if (j !== taken) gap = Math.max(gap, value[j]! + error[j]! - (value[taken]! - error[taken]!));
    }
    values[step.output]![i] = largest;
    errors[step.output]![i] = most;
    choice.taken[i] = taken;
    choice.gap[i] = gap;
  }
  return choice;
}

/** Runs the network on an image. */
export function cleanPass(network: Network, { data, channels }: Raster, format: ImageFormat): Clean {
  const arrays = () => network.shapes.map((shape) => new Float64Array(sizeOf(shape)));
  const choices = new Map<number, Choice>();
  const clean = { values: arrays(), errors: arrays(), local: arrays(), choices };
  for (const [i, byte] of data.entries()) {
    clean.values[0]![i] = inputValueOf(byte, format, i % channels);
    clean.errors[0]![i] = inputErrorOf(byte, format, i % channels);
  }
  for (const step of network.steps) {
    if (step.kind === "linear") linear(step, network, clean);
    else if (step.kind === "kink") kink(step, clean);
    else choices.set(step.output, maximum(step, clean));
  }
  return clean;
}
