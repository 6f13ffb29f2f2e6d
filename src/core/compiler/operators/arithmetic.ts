import { broadcastTo } from "../../onnx/constants/broadcast.ts";
import type { OnnxTensor } from "../../onnx/graph.ts";
import { Unsupported } from "../../onnx/unsupported.ts";
import { activationsAt, addLayer, affine, type Context, stepLike } from "../network.ts";
import { type Activations, dimsOf, isMap, storageOrder } from "../value.ts";

/** A constant spread over a value's size, in the kernel's order of elements. */
function spread({ node, spend }: Context, value: Activations, tensor: OnnxTensor): Float32Array {
  const values = tensor.type === "float" ? broadcastTo(tensor, value.dims, spend) : undefined;
  if (values === undefined) {
    throw new Unsupported(`${node.operator} of ${value.dims.join("×")} and ${tensor.dims.join("×")}`);
  }
  const order = storageOrder(value);
  const spreadOut = new Float32Array(order.length);
  for (let i = 0; i < order.length; i++) spreadOut[order[i]!] = values[i]!;
  return spreadOut;
}

function withConstant(context: Context, value: Activations, tensor: OnnxTensor, first: boolean): Activations {
  const { operator } = context.node;
  const { shape } = value.layer;
  const { channels } = shape;
  if (operator === "Div" && first) throw new Unsupported("Div of a constant by a tensor");
  const operands = spread(context, value, tensor);
  if (operands.every((operand, i) => operand === operands[i % channels])) {
    const at = (channel: number): number => operands[channel]!;
    const one = (): number => 1;
    const none = (): number => 0;
    if (operator === "Add") return affine(context, value, one, at);
    if (operator === "Mul") return affine(context, value, at, none);
    if (operator === "Div") return affine(context, value, (channel) => 1 / at(channel), none);
    return first
      ? affine(context, value, () => -1, at)
      : affine(context, value, one, (channel) => -at(channel));
  }
  const isSum = operator === "Add" || operator === "Sub";
  const negated =
    operator === "Sub" && first
      ? affine(
          context,
          value,
          () => -1,
          () => 0,
        )
      : value;
  const weights = operands.map((operand) => {
    if (operator === "Div") return 1 / operand;
    return operator === "Sub" && !first ? -operand : operand;
  });
  const constant = addLayer(context, { operation: "constant", inputs: [], shape, weights });
  const inputs = [negated.layer, constant];
  return stepLike(context, negated, { operation: isSum ? "add" : "multiply", inputs });
}

/** Whether `vector` has one value for each channel of `value`, used at every position. */
function isVectorOf(vector: Activations, value: Activations): boolean {
  const shape = { height: 1, width: 1, channels: value.layer.shape.channels };
  return isMap(value) && vector.dims.join() === dimsOf(shape, value.layout).join();
}

function ofTwo(context: Context, a: Activations, b: Activations): Activations {
  const { operator } = context.node;
  if (operator === "Div") throw new Unsupported("Div by a tensor");
  const isSame = a.layout === b.layout || (a.layer.shape.height === 1 && a.layer.shape.width === 1);
  const isEqual =
    isSame && a.dims.join() === b.dims.join() && a.layer.shape.channels === b.layer.shape.channels;
  if (!isEqual && !isVectorOf(a, b) && !isVectorOf(b, a)) {
    throw new Unsupported(`${operator} of ${a.dims.join("×")} and ${b.dims.join("×")}`);
  }
  const second =
    operator === "Sub"
      ? affine(
          context,
          b,
          () => -1,
          () => 0,
        )
      : b;
  const inputs = [a.layer, second.layer];
  const wider = isEqual || isVectorOf(b, a) ? a : b;
  return stepLike(context, wider, { operation: operator === "Mul" ? "multiply" : "add", inputs });
}

/** Add, Sub, Mul and Div, of a tensor and a constant or of two tensors. */
export function arithmetic(context: Context): Activations {
  const [a, b] = context.inputs;
  if (b?.kind === "constant") return withConstant(context, activationsAt(context, 0), b.tensor, false);
  if (a?.kind === "constant") return withConstant(context, activationsAt(context, 1), a.tensor, true);
  return ofTwo(context, activationsAt(context, 0), activationsAt(context, 1));
}
