import type { OnnxNode } from "../../../onnx/graph.ts";
import { integerOf, integersOf } from "./attributes.ts";
import { blockMap, type Meetings } from "./linear-map.ts";
import { type Building, constantAt, givenAt, type Operand, refuse, type View, valueAt } from "./view.ts";
import { type Windows, windowsOf } from "./windows.ts";

function meetingsOf(windows: Windows): Meetings {
  const inputs: number[] = [];
  const outputs: number[] = [];
  const taps: number[] = [];
  windows.each((output, input, tap) => {
    inputs.push(input);
    outputs.push(output);
    taps.push(tap);
  });
  return { inputs: Int32Array.from(inputs), outputs: Int32Array.from(outputs), taps: Int32Array.from(taps) };
}

/** A convolution of two axes. */
export function convolution(b: Building, node: OnnxNode, operands: readonly (Operand | undefined)[]): View {
  const view = b.asMap(node, valueAt(node, operands, 0));
  const weights = givenAt(node, operands, 1);
  const bias = constantAt(node, operands, 2);
  const shape = b.shapeOf(view);
  const [filters = 0, inGroup = 0, rows = 0, columns = 0] = weights.dims;
  const groups = integerOf(node, "group", 1);
  const kernel = integersOf(node, "kernel_shape") ?? [rows, columns];
  const fits =
    weights.dims.length === 4 &&
    inGroup * groups === shape.channels &&
    filters % groups === 0 &&
    kernel[0] === rows &&
    kernel[1] === columns &&
    (bias === undefined || bias.values.length === filters);
  if (!fits) return refuse(node, "whose weights do not fit its input");
  const windows = windowsOf(node, shape, kernel);
  const to = { height: windows.height, width: windows.width, channels: filters };
  const taps = rows * columns;
  const each = filters / groups;
  const blocks = new Float64Array(taps * shape.channels * each);
  for (let filter = 0; filter < filters; filter++) {
    const first = Math.floor(filter / each) * inGroup;
    for (let channel = 0; channel < inGroup; channel++) {
      for (let tap = 0; tap < taps; tap++) {
        blocks[(tap * shape.channels + first + channel) * each + (filter % each)] =
          weights.values[(filter * inGroup + channel) * taps + tap]!;
      }
    }
  }
  const map = blockMap(shape, to, groups, meetingsOf(windows), blocks);
  const biases = Float64Array.from(
    { length: to.height * to.width * filters },
    (_, i) => bias?.values[i % filters] ?? 0,
  );
  const terms = [{ input: view.tensor, map }];
  return b.fresh(b.linear(to, { terms, bias: biases, products: inGroup * taps }));
}
