import { Unsupported } from "../../onnx/unsupported.ts";
import { activationsAt, type Context, mapAt, stepLike } from "../network.ts";
import { type Activations, isMap } from "../value.ts";
import { cast, clip, gelu, hardSigmoid, negative, pass, plain, prelu, relu } from "./activations.ts";
import { arithmetic } from "./arithmetic.ts";
import { concat, split } from "./channels.ts";
import { convolution } from "./convolution.ts";
import { batchNormalization, gemm, matMul } from "./linear.ts";
import { pool, poolAll, reduce } from "./pooling.ts";
import { flatten, pad, reshape, slice, squeeze, transpose, unsqueeze } from "./rearrange.ts";
import { resize } from "./resize.ts";

/** Creates the layers of a node; only Split has several outputs. */
type Operator = (context: Context) => Activations | Activations[];

function softmax(context: Context): Activations {
  const value = activationsAt(context, 0);
  const { shape } = value.layer;
  const rank = value.dims.length;
  const axis = context.node.attributes.get("axis")?.integer ?? (context.opset < 13 ? 1 : -1);
  const channelAxis = isMap(value) && value.layout === "NHWC" ? 3 : 1;
  const isVector = shape.height === 1 && shape.width === 1;
  if (!isVector || (axis < 0 ? axis + rank : axis) !== channelAxis) {
    throw new Unsupported("Softmax over another axis than the labels");
  }
  return stepLike(context, value, { operation: "softmax", inputs: [value.layer] });
}

/** The supported ONNX operators. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["Add", arithmetic],
  ["AveragePool", pool("averagePool")],
  ["BatchNormalization", batchNormalization],
  ["Cast", cast],
  ["Clip", clip],
  ["Concat", concat],
  ["Conv", convolution],
  ["Div", arithmetic],
  ["Dropout", pass],
  ["Elu", plain("elu", 1)],
  ["Flatten", flatten],
  ["Gelu", gelu],
  ["Gemm", gemm],
  ["GlobalAveragePool", (context) => poolAll(context, "averagePool", mapAt(context, 0))],
  ["GlobalMaxPool", (context) => poolAll(context, "maxPool", mapAt(context, 0))],
  ["HardSigmoid", hardSigmoid],
  ["HardSwish", plain("hardSwish")],
  ["Identity", pass],
  ["LeakyRelu", plain("leakyRelu", 0.01)],
  ["MatMul", matMul],
  ["MaxPool", pool("maxPool")],
  ["Mul", arithmetic],
  ["Neg", negative],
  ["PRelu", prelu],
  ["Pad", pad],
  ["ReduceMax", reduce("maxPool")],
  ["ReduceMean", reduce("averagePool")],
  ["Resize", resize],
  ["Relu", relu],
  ["Reshape", reshape],
  ["Sigmoid", plain("sigmoid")],
  ["Sign", plain("sign")],
  ["Slice", slice],
  ["Softmax", softmax],
  ["Split", split],
  ["Squeeze", squeeze],
  ["Sub", arithmetic],
  ["Swish", plain("swish", 1)],
  ["Tanh", plain("tanh")],
  ["Transpose", transpose],
  ["Unsqueeze", unsqueeze],
]);
