/** Builds the graph of a network, a node at a time. */
import { type Generator, pcg32 } from "../kernel/reference-random.ts";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "../onnx-writer.ts";

/** A tensor of the graph, [1, C, H, W]. */
export interface FeatureMap {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** The widest padding of the Pad that made it. */
  readonly border?: number;
}

/** A tensor of the graph, [1, N]. */
export interface Vector {
  readonly name: string;
  readonly size: number;
}

export class Builder {
  readonly nodes: OnnxNode[] = [];
  readonly initialisers: OnnxTensor[] = [];
  readonly maps: FeatureMap[] = [];
  readonly random: Generator;
  readonly opset: number;

  constructor(seed: number, opset: number) {
    this.random = pcg32(BigInt(seed), 11n);
    this.opset = opset;
  }

  chance(): boolean {
    return this.random.below(2) === 0;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.random.below(choices.length)]!;
  }

  between(low: number, high: number): number {
    return low + this.random.below(high - low + 1);
  }

  floats(dims: readonly number[], spread = 1, middle = 0): string {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const data = Float32Array.from({ length: size }, () => middle + spread * this.random.normal());
    return this.initialise({ name: "", dims, data });
  }

  integers(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.initialise({ name: "", dims, data: BigInt64Array.from(values, BigInt) });
  }

  initialise(tensor: OnnxTensor): string {
    const name = `constant${this.initialisers.length}`;
    this.initialisers.push({ ...tensor, name });
    return name;
  }

  node(op: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): string {
    const output = `value${this.nodes.length}`;
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  /** The last map, or now and then one before it. */
  source(): FeatureMap {
    return this.maps[Math.max(0, this.maps.length - 1 - Math.max(0, this.random.below(4) - 1))]!;
  }

  /** A map of the same height and width as `map`, and, if asked for, as many channels. */
  companion(map: FeatureMap, isSame: boolean): FeatureMap {
    const fits = this.maps.filter(
      ({ height, width, channels }) =>
        height === map.height && width === map.width && (!isSame || channels === map.channels),
    );
    return this.pick(fits);
  }

  like(
    map: FeatureMap,
    op: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
  ): void {
    // What onnxruntime removes does not part a Pad from the pool that follows.
    const border = ["Identity", "Dropout", "Cast"].includes(op) ? (map.border ?? 0) : 0;
    this.maps.push({ ...map, name: this.node(op, inputs, attributes), border });
  }
}

/** Adds some nodes to the network. */
export type Block = (b: Builder) => void;
