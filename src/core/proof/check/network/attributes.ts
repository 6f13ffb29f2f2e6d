import type { OnnxNode } from "../../../onnx/graph.ts";

/** A whole number of a node's attributes. */
export function integerOf(node: OnnxNode, name: string, otherwise: number): number {
  return node.attributes.get(name)?.integer ?? otherwise;
}

/** A number of a node's attributes. */
export function floatOf(node: OnnxNode, name: string, otherwise: number): number {
  return node.attributes.get(name)?.float ?? otherwise;
}

/** A list of whole numbers; undefined where the attribute is left out. */
export function integersOf(node: OnnxNode, name: string): readonly number[] | undefined {
  return node.attributes.get(name)?.integers;
}

/** A word of a node's attributes. */
export function wordOf(node: OnnxNode, name: string, otherwise: string): string {
  return node.attributes.get(name)?.text ?? otherwise;
}
