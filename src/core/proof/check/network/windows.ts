import type { OnnxNode } from "../../../onnx/graph.ts";
import { integerOf, integersOf, wordOf } from "./attributes.ts";
import type { Shape } from "./reach.ts";
import { refuse } from "./view.ts";

/** Along one axis: the input index that each output meets at each tap, −1 in the padding. */
interface Axis {
  readonly count: number;
  readonly taps: number;
  readonly at: (output: number, tap: number) => number;
}

/** The windows of a convolution or a pool. */
export interface Windows {
  readonly height: number;
  readonly width: number;
  /** Calls with the positions of each output and each input in its window, and the number of the tap. */
  each(visit: (output: number, input: number, tap: number) => void): void;
}

function paddingOf(
  node: OnnxNode,
  sizes: readonly number[],
  spans: readonly number[],
  strides: readonly number[],
) {
  const auto = wordOf(node, "auto_pad", "NOTSET");
  if (auto === "VALID") return [0, 0, 0, 0];
  if (auto === "SAME_UPPER" || auto === "SAME_LOWER") {
    const totals = sizes.map((size, axis) => {
      const outputs = Math.ceil(size / strides[axis]!);
      return Math.max(0, (outputs - 1) * strides[axis]! + spans[axis]! - size);
    });
    const lesser = totals.map((total) => Math.floor(total / 2));
    const greater = totals.map((total) => Math.ceil(total / 2));
    return auto === "SAME_UPPER" ? [...lesser, ...greater] : [...greater, ...lesser];
  }
  if (auto !== "NOTSET" && auto !== "") return refuse(node, `with auto_pad ${auto}`);
  return integersOf(node, "pads") ?? [0, 0, 0, 0];
}

/** The windows of a node over a map. @param kernel rows and columns of a window */
export function windowsOf(node: OnnxNode, shape: Shape, kernel: readonly number[]): Windows {
  const sizes = [shape.height, shape.width];
  const strides = integersOf(node, "strides") ?? [1, 1];
  const dilations = integersOf(node, "dilations") ?? [1, 1];
  const spans = kernel.map((taps, axis) => (taps - 1) * dilations[axis]! + 1);
  const pads = paddingOf(node, sizes, spans, strides);
  const isPlane = [kernel, strides, dilations].every((list) => list.length === 2) && pads.length === 4;
  if (!isPlane) return refuse(node, "but on two axes");
  const isCeil = integerOf(node, "ceil_mode", 0) === 1;
  const [rows, columns] = sizes.map((size, axis): Axis => {
    const [stride, step] = [strides[axis]!, dilations[axis]!];
    const [before, after] = [pads[axis]!, pads[axis + 2]!];
    if (!(stride > 0 && step > 0 && kernel[axis]! > 0 && before >= 0 && after >= 0)) {
      return refuse(node, "with a negative pad, stride or size");
    }
    const steps = (size + before + after - spans[axis]!) / stride;
    const count = (isCeil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    if (count < 1) return refuse(node, "without an output");
    if ((count - 1) * stride >= size + before) return refuse(node, "with a window behind the image");
    const at = (output: number, tap: number) => {
      const index = output * stride - before + tap * step;
      return index < size ? index : -1;
    };
    return { count, taps: kernel[axis]!, at };
  }) as [Axis, Axis];
  return {
    height: rows.count,
    width: columns.count,
    each(visit) {
      for (let row = 0; row < rows.count; row++) {
        for (let column = 0; column < columns.count; column++) {
          const output = row * columns.count + column;
          for (let i = 0; i < rows.taps; i++) {
            const y = rows.at(row, i);
            if (y < 0) continue;
            for (let j = 0; j < columns.taps; j++) {
              const x = columns.at(column, j);
              if (x >= 0) visit(output, y * shape.width + x, i * columns.taps + j);
            }
          }
        }
      }
    },
  };
}
