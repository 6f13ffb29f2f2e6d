import { Refused } from "../refused.ts";
import { type Reach, type Rectangle, reachOf, type Shape } from "./reach.ts";

/** A matrix from the values of one tensor to those of another. */
export interface LinearMap {
  readonly reach: Reach;
  /** How many products it takes. */
  readonly products: number;
  /**
   * Adds the matrix times a vector, of which only a rectangle is not zero.
   * @param absolute takes the absolute values of the weights
   */
  forward(
    from: Float64Array,
    fromAt: number,
    to: Float64Array,
    toAt: number,
    where: Rectangle,
    absolute: boolean,
  ): void;
  /** Adds the transposed matrix times `from`, in a rectangle of `to`. */
  backward(from: Float64Array, to: Float64Array, where: Rectangle): void;
}

function finite(weights: Float64Array): Float64Array {
  if (!weights.every(Number.isFinite)) throw new Refused("The network has a weight that is not finite.");
  return weights;
}

/** Pairs of an input and an output in the order of the inputs. */
interface Pairs {
  /** For each input, where its pairs begin; one more for the end. */
  readonly start: Int32Array;
  /** The number of each pair before sorting. */
  readonly order: Int32Array;
}

function byInput(count: number, inputs: Int32Array): Pairs {
  const start = new Int32Array(count + 1);
  for (const input of inputs) start[input + 1]!++;
  for (let i = 0; i < count; i++) start[i + 1]! += start[i]!;
  const next = start.slice();
  const order = new Int32Array(inputs.length);
  for (const [pair, input] of inputs.entries()) order[next[input]!++] = pair;
  return { start, order };
}

/** A matrix of few weights, given as triples of an input's index, an output's and a weight. */
export function sparseMap(
  from: Shape,
  to: Shape,
  inputs: Int32Array,
  outputs: Int32Array,
  given: Float64Array,
): LinearMap {
  const { start, order } = byInput(from.height * from.width * from.channels, inputs);
  const targets = order.map((pair) => outputs[pair]!);
  const weights = finite(Float64Array.from(order, (pair) => given[pair]!));
  const sizes = weights.map(Math.abs);
  const { width, channels } = from;
  const positions = (indices: Int32Array, count: number) => indices.map((index) => Math.floor(index / count));
  return {
    products: weights.length,
    reach: reachOf(from, to, positions(inputs, channels), positions(outputs, to.channels)),
    forward(source, sourceAt, target, targetAt, { top, bottom, left, right }, absolute) {
      const used = absolute ? sizes : weights;
      for (let row = top; row <= bottom; row++) {
        const end = (row * width + right + 1) * channels;
        for (let i = (row * width + left) * channels; i < end; i++) {
          const value = source[sourceAt + i]!;
          if (value === 0) continue;
          for (let pair = start[i]!; pair < start[i + 1]!; pair++) {
            target[targetAt + targets[pair]!]! += used[pair]! * value;
          }
        }
      }
    },
    backward(source, target, { top, bottom, left, right }) {
      for (let row = top; row <= bottom; row++) {
        const end = (row * width + right + 1) * channels;
        for (let i = (row * width + left) * channels; i < end; i++) {
          let sum = 0;
          for (let pair = start[i]!; pair < start[i + 1]!; pair++)
            sum += weights[pair]! * source[targets[pair]!]!;
          target[i]! += sum;
        }
      }
    },
  };
}

/** The values of a vector that are not zero, and where they stand, in parts of one length. */
interface Live {
  readonly values: Float64Array;
  readonly places: Int32Array;
  /** How many there are of each part; −1 where that is not known. */
  readonly counts: Int32Array;
}

/** Finds the values of a part: those of channels that are off are zero, which is many. */
function findLive(
  source: Float64Array,
  { values, places, counts }: Live,
  part: number,
  length: number,
): number {
  const first = part * length;
  let count = 0;
  for (let i = 0; i < length; i++) {
    const value = source[first + i]!;
    values[first + count] = value;
    places[first + count] = i;
    if (value !== 0) count++;
  }
  counts[part] = count;
  return count;
}

/** The product of weights with the values of a part, by two sums that do not wait for each other. */
function dot(
  weights: Float64Array,
  at: number,
  { values, places }: Live,
  first: number,
  count: number,
): number {
  let [even, odd] = [0, 0];
  let i = first;
  for (; i + 2 <= first + count; i += 2) {
    even += weights[at + places[i]!]! * values[i]!;
    odd += weights[at + places[i + 1]!]! * values[i + 1]!;
  }
  return i < first + count ? even + odd + weights[at + places[i]!]! * values[i]! : even + odd;
}

/** Which position of an input meets which of an output, and with which block of weights. */
export interface Meetings {
  readonly inputs: Int32Array;
  readonly outputs: Int32Array;
  readonly taps: Int32Array;
}

/**
 * A convolution or a matrix on a whole tensor: where two positions meet, every channel of the input has a weight for
 * every channel of the output in its group.
 * @param given the weights by tap, input channel, output channel of the group
 */
export function blockMap(
  from: Shape,
  to: Shape,
  groups: number,
  { inputs, outputs, taps }: Meetings,
  given: Float64Array,
): LinearMap {
  const { width, channels } = from;
  const { start, order } = byInput(from.height * width, inputs);
  const places = order.map((pair) => outputs[pair]! * to.channels);
  const blocks = order.map((pair) => taps[pair]! * channels);
  const weights = finite(given);
  const sizes = weights.map(Math.abs);
  const each = to.channels / groups;
  const size = to.height * to.width * to.channels;
  const live: Live = {
    values: new Float64Array(size),
    places: new Int32Array(size),
    counts: new Int32Array(size / each),
  };
  const inGroup = channels / groups;
  /** The first channel of the output that a channel of the input reaches. */
  const bases = Int32Array.from({ length: channels }, (_, channel) => Math.floor(channel / inGroup) * each);
  return {
    products: inputs.length * channels * each,
    reach: reachOf(from, to, inputs, outputs),
    forward(source, sourceAt, target, targetAt, { top, bottom, left, right }, absolute) {
      const used = absolute ? sizes : weights;
      for (let row = top; row <= bottom; row++) {
        for (let position = row * width + left; position <= row * width + right; position++) {
          for (let channel = 0; channel < channels; channel++) {
            const value = source[sourceAt + position * channels + channel]!;
            if (value === 0) continue;
            const base = targetAt + bases[channel]!;
            for (let pair = start[position]!; pair < start[position + 1]!; pair++) {
              const place = base + places[pair]!;
              const weight = (blocks[pair]! + channel) * each;
              for (let i = 0; i < each; i++) target[place + i]! += used[weight + i]! * value;
            }
          }
        }
      }
    },
    backward(source, target, { top, bottom, left, right }) {
      live.counts.fill(-1);
      for (let row = top; row <= bottom; row++) {
        for (let position = row * width + left; position <= row * width + right; position++) {
          for (let pair = start[position]!; pair < start[position + 1]!; pair++) {
            const place = places[pair]!;
            for (let group = 0; group < groups; group++) {
              const first = place + group * each;
              const known = live.counts[first / each]!;
              const count = known < 0 ? findLive(source, live, first / each, each) : known;
              if (count === 0) continue;
              for (let channel = group * inGroup; channel < (group + 1) * inGroup; channel++) {
                const weight = (blocks[pair]! + channel) * each;
                target[position * channels + channel]! += dot(weights, weight, live, first, count);
              }
            }
          }
        }
      }
    },
  };
}
