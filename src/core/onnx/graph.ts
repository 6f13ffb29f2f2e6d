/** The maximum number of axes that the compiler supports; images have four. */
export const MOST_AXES = 8;

/** A constant: an initializer, an attribute, or the result of folding. */
export interface OnnxTensor {
  readonly dims: readonly number[];
  /** `other` is a type that no supported operator uses; it has no values. */
  readonly type: "float" | "integer" | "other";
  readonly values: Float32Array | readonly number[];
  /** The least and the greatest value of an initializer's 8-bit type. */
  readonly range?: readonly [number, number] | undefined;
}

export interface OnnxAttribute {
  readonly float: number;
  readonly integer: number;
  readonly text: string;
  readonly tensor: OnnxTensor | undefined;
  readonly floats: readonly number[];
  readonly integers: readonly number[];
}

export interface OnnxNode {
  /** The node's name, or that of its first output if it has none. */
  readonly name: string;
  readonly operator: string;
  readonly domain: string;
  /** Names of values; an omitted optional input is "". */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxInput {
  readonly name: string;
  /** `null` for a dimension without a fixed size. */
  readonly dims: readonly (number | null)[];
  readonly type: OnnxTensor["type"];
}

export interface OnnxGraph {
  /** Version of the standard operators. */
  readonly opset: number;
  /** In an order in which each node's inputs are known before it. */
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** The inputs without an initializer, which the caller must provide. */
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
}
