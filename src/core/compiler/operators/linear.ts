import { permute } from "../../onnx/constants/broadcast.ts";
import { Unsupported } from "../../onnx/unsupported.ts";
import { activationsAt, addLayer, affine, asMap, type Context, constantAt, weightsAt } from "../network.ts";
import { type Activations, dimsOf, isFlat, isMap, storageOrder } from "../value.ts";
import { wholeWindow } from "./windows.ts";

/** Input `i`, a bias for each of so many channels; zeros where it is omitted. */
export function biasAt(context: Context, i: number, channels: number): Float32Array {
  const bias = constantAt(context, i);
  if (bias === undefined) return new Float32Array(channels);
  if (bias.values.length !== channels)
    throw new Unsupported(`${context.node.operator} with a bias of another size`);
  return Float32Array.from(bias.values);
}

/**
 * A matrix on the flattened values is a convolution with a window of the whole tensor, so it needs no
 * separate operation. `weight(input, output)` is the matrix in the graph's order.
 */
function dense(
  context: Context,
  value: Activations,
  outputs: number,
  weight: (input: number, output: number) => number,
  bias: Float32Array,
): Activations {
  const order = storageOrder(value);
  const weights = new Float32Array(outputs * order.length);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < order.length; input++) {
      weights[output * order.length + order[input]!] = weight(input, output);
    }
  }
  const { layer } = value;
  const shape = { height: 1, width: 1, channels: outputs };
  const window = wholeWindow(layer.shape);
  const made = addLayer(context, { operation: "convolution", inputs: [layer], shape, window, weights, bias });
  return { ...asMap(made), dims: [1, outputs] };
}

function matrixAt(context: Context, value: Activations, isTransposed: boolean) {
  const { dims, values } = weightsAt(context, 1);
  const [rows = 0, columns = 0] = dims;
  const [inputs, outputs] = isTransposed ? [columns, rows] : [rows, columns];
  if (!isFlat(value) || dims.length !== 2 || inputs !== value.dims[1] || outputs < 1) {
    throw new Unsupported(`${context.node.operator} of ${value.dims.join("×")} by ${dims.join("×")}`);
  }
  const weight = (input: number, output: number): number =>
    values[isTransposed ? output * inputs + input : input * outputs + output]!;
  return { outputs, weight };
}

/** Gemm with a constant matrix. */
export function gemm(context: Context): Activations {
  const { attributes } = context.node;
  if (attributes.get("transA")?.integer) throw new Unsupported("Gemm with transA");
  const value = activationsAt(context, 0);
  const { outputs, weight } = matrixAt(context, value, Boolean(attributes.get("transB")?.integer));
  const alpha = attributes.get("alpha")?.float ?? 1;
  const beta = attributes.get("beta")?.float ?? 1;
  const isScalar = constantAt(context, 2)?.values.length === 1;
  const addend = biasAt(context, 2, isScalar ? 1 : outputs);
  const bias = Float32Array.from({ length: outputs }, (_, i) => beta * addend[isScalar ? 0 : i]!);
  return dense(context, value, outputs, (input, output) => alpha * weight(input, output), bias);
}

/** A matrix on the last axis of [1, H, W, C] is a 1×1 convolution. */
function pointwise(context: Context, value: Activations): Activations {
  const { layer } = value;
  const { dims, values } = weightsAt(context, 1);
  const [inputs = 0, outputs = 0] = dims;
  if (dims.length !== 2 || inputs !== layer.shape.channels || outputs < 1) {
    throw new Unsupported(`MatMul of ${value.dims.join("×")} by ${dims.join("×")}`);
  }
  const weights = Float32Array.from(permute({ dims, values }, [1, 0]).values);
  const shape = { ...layer.shape, channels: outputs };
  const window = { ...wholeWindow(shape), kernelHeight: 1, kernelWidth: 1 };
  const bias = new Float32Array(outputs);
  const made = addLayer(context, { operation: "convolution", inputs: [layer], shape, window, weights, bias });
  return { ...asMap(made), layout: "NHWC", dims: dimsOf(shape, "NHWC") };
}

/** MatMul with a constant matrix. */
export function matMul(context: Context): Activations {
  const value = activationsAt(context, 0);
  if (isMap(value) && value.layout === "NHWC") return pointwise(context, value);
  const { outputs, weight } = matrixAt(context, value, false);
  return dense(context, value, outputs, weight, new Float32Array(outputs));
}

/** BatchNormalization as it is at inference: an affine map of each channel. */
export function batchNormalization(context: Context): Activations {
  const { attributes } = context.node;
  if (attributes.get("training_mode")?.integer) throw new Unsupported("BatchNormalization in training mode");
  const value = activationsAt(context, 0);
  const { channels } = value.layer.shape;
  if (isFlat(value) ? value.dims[1] !== channels : !isMap(value) || value.layout !== "NCHW") {
    throw new Unsupported(`BatchNormalization on a tensor of size ${value.dims.join("×")}`);
  }
  const [scales, shifts, means, variances] = [1, 2, 3, 4].map((i) => weightsAt(context, i).values);
  if ([scales, shifts, means, variances].some((each) => each?.length !== channels)) {
    throw new Unsupported("BatchNormalization with statistics of another size");
  }
  const epsilon = attributes.get("epsilon")?.float ?? 1e-5;
  const scale = (channel: number): number => scales![channel]! / Math.sqrt(variances![channel]! + epsilon);
  const shift = (channel: number): number => shifts![channel]! - means![channel]! * scale(channel);
  const sizeOfShift = (channel: number): number =>
    Math.abs(shifts![channel]!) + Math.abs(means![channel]! * scale(channel));
  return affine(context, value, scale, shift, sizeOfShift);
}
