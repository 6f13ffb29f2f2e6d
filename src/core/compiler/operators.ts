import { axesOf, reshapeDims, squeezeDims, unsqueezeDims } from "../onnx/fold.ts";
import { elementsOf } from "../onnx/read.ts";
import { Unsupported } from "../onnx/unsupported.ts";
import { arithmetic } from "./arithmetic.ts";
import { batchNormalization, convolution, gemm, matMul } from "./linear.ts";
import {
  activate,
  activationsAt,
  addLayer,
  affine,
  asMap,
  type Context,
  constantAt,
  integersOf,
  mapAt,
  stepLike,
} from "./network.ts";
import { type Activations, dimsOf, isMap, viewAs } from "./value.ts";
import { wholeWindow, windowOf } from "./windows.ts";

type Operator = (context: Context) => Activations;

const pass: Operator = (context) => activationsAt(context, 0);

const relu: Operator = (context) =>
  activate(context, activationsAt(context, 0), { kind: "clip", alpha: 0, beta: Number.POSITIVE_INFINITY });

const clip: Operator = (context) => {
  const { attributes } = context.node;
  const lower = constantAt(context, 1)?.values[0] ?? attributes.get("min")?.float;
  const upper = constantAt(context, 2)?.values[0] ?? attributes.get("max")?.float;
  const alpha = lower ?? Number.NEGATIVE_INFINITY;
  return activate(context, activationsAt(context, 0), {
    kind: "clip",
    alpha,
    beta: upper ?? Number.POSITIVE_INFINITY,
  });
};

const leakyRelu: Operator = (context) => {
  const alpha = context.node.attributes.get("alpha")?.float ?? 0.01;
  return activate(context, activationsAt(context, 0), { kind: "leakyRelu", alpha, beta: 0 });
};

const sigmoid: Operator = (context) =>
  activate(context, activationsAt(context, 0), { kind: "sigmoid", alpha: 0, beta: 0 });

const hardSwish: Operator = (context) =>
  activate(context, activationsAt(context, 0), { kind: "hardSwish", alpha: 0, beta: 0 });

const hardSigmoid: Operator = (context) => {
  const alpha = context.node.attributes.get("alpha")?.float ?? 0.2;
  const beta = context.node.attributes.get("beta")?.float ?? 0.5;
  const line = affine(
    context,
    activationsAt(context, 0),
    () => alpha,
    () => beta,
  );
  return activate(context, line, { kind: "clip", alpha: 0, beta: 1 });
};

/** MaxPool and AveragePool. */
const pool =
  (operation: "maxPool" | "averagePool"): Operator =>
  (context) => {
    const { node } = context;
    const { layer } = mapAt(context, 0);
    if (node.outputs.length > 1) throw new Unsupported(`${node.operator} with indices`);
    const { window, height, width } = windowOf(node, layer.shape, integersOf(node, "kernel_shape", []));
    const roundsUp = node.attributes.get("ceil_mode")?.integer === 1;
    if (roundsUp && window.countPadding)
      throw new Unsupported(`${node.operator} with ceil_mode over padding`);
    if (window.padTop >= window.kernelHeight || window.padLeft >= window.kernelWidth) {
      throw new Unsupported(`${node.operator} with more padding than kernel`);
    }
    const shape = { height, width, channels: layer.shape.channels };
    return asMap(addLayer(context, { operation, inputs: [layer], shape, window }));
  };

function poolAll(context: Context, operation: "maxPool" | "averagePool", value: Activations): Activations {
  const { layer, layout } = value;
  const shape = { height: 1, width: 1, channels: layer.shape.channels };
  const window = wholeWindow(layer.shape);
  const pooled = addLayer(context, { operation, inputs: [layer], shape, window });
  return { ...asMap(pooled), layout, dims: dimsOf(shape, layout) };
}

const reduceMean: Operator = (context) => {
  const value = activationsAt(context, 0);
  const axes = axesOf(context.node, constantAt(context, 1), value.dims.length);
  const spatial = value.layout === "NCHW" ? [2, 3] : [1, 2];
  if (!isMap(value) || axes?.toSorted().join() !== spatial.join()) {
    throw new Unsupported("ReduceMean over other axes than height and width");
  }
  const mean = poolAll(context, "averagePool", value);
  const keeps = context.node.attributes.get("keepdims")?.integer !== 0;
  return keeps ? mean : viewAs(mean, [1, mean.layer.shape.channels]);
};

const concat: Operator = (context) => {
  const values = context.inputs.map((_, i) => activationsAt(context, i));
  const first = values[0]!;
  const { layout, dims } = first;
  const axis = context.node.attributes.get("axis")?.integer ?? 1;
  const from = axis < 0 ? axis + dims.length : axis;
  const isFlat = !isMap(first);
  const { height, width } = first.layer.shape;
  const fits = values.every(
    ({ layer, ...value }) =>
      (value.layout === layout || (layer.shape.height === 1 && layer.shape.width === 1)) &&
      value.dims.length === dims.length &&
      layer.shape.height === height &&
      layer.shape.width === width,
  );
  const channelAxis = isFlat || layout === "NCHW" ? 1 : 3;
  if (!fits || from !== channelAxis || (isFlat && height * width > 1)) {
    throw new Unsupported("Concat along another axis than the channels");
  }
  const inputs = values.map(({ layer }) => layer);
  const channels = inputs.reduce((sum, { shape }) => sum + shape.channels, 0);
  const joined = asMap(
    addLayer(context, { operation: "concat", inputs, shape: { height, width, channels } }),
  );
  return { ...joined, layout, dims: isFlat ? [1, channels] : dimsOf(joined.layer.shape, layout) };
};

const transpose: Operator = (context) => {
  const value = activationsAt(context, 0);
  const order = integersOf(context.node, "perm", []).join();
  const turned = value.layout === "NCHW" ? "0,2,3,1" : "0,3,1,2";
  if (!isMap(value) || order !== turned) throw new Unsupported(`Transpose with perm ${order}`);
  const layout = value.layout === "NCHW" ? "NHWC" : "NCHW";
  return { ...value, layout, dims: dimsOf(value.layer.shape, layout) };
};

const flatten: Operator = (context) => {
  const value = activationsAt(context, 0);
  const axis = context.node.attributes.get("axis")?.integer ?? 1;
  const from = axis < 0 ? axis + value.dims.length : axis;
  return viewAs(value, [elementsOf(value.dims.slice(0, from)), elementsOf(value.dims.slice(from))]);
};

const reshape: Operator = (context) => {
  const value = activationsAt(context, 0);
  const target = constantAt(context, 1);
  return viewAs(value, target && reshapeDims(value.dims, Array.from(target.values)));
};

const squeeze: Operator = (context) => {
  const value = activationsAt(context, 0);
  const axes = axesOf(context.node, constantAt(context, 1), value.dims.length);
  return viewAs(value, squeezeDims(value.dims, axes));
};

const unsqueeze: Operator = (context) => {
  const value = activationsAt(context, 0);
  const second = constantAt(context, 1);
  const count = second?.values.length ?? integersOf(context.node, "axes", []).length;
  const axes = axesOf(context.node, second, value.dims.length + count);
  return viewAs(value, axes && unsqueezeDims(value.dims, axes));
};

const softmax: Operator = (context) => {
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
};

/** What the kernel can do, by ONNX operator. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["Add", arithmetic],
  ["AveragePool", pool("averagePool")],
  ["BatchNormalization", batchNormalization],
  ["Clip", clip],
  ["Concat", concat],
  ["Conv", convolution],
  ["Div", arithmetic],
  ["Dropout", pass],
  ["Flatten", flatten],
  ["Gemm", gemm],
  ["GlobalAveragePool", (context) => poolAll(context, "averagePool", mapAt(context, 0))],
  ["GlobalMaxPool", (context) => poolAll(context, "maxPool", mapAt(context, 0))],
  ["HardSigmoid", hardSigmoid],
  ["HardSwish", hardSwish],
  ["Identity", pass],
  ["LeakyRelu", leakyRelu],
  ["MatMul", matMul],
  ["MaxPool", pool("maxPool")],
  ["Mul", arithmetic],
  ["ReduceMean", reduceMean],
  ["Relu", relu],
  ["Reshape", reshape],
  ["Sigmoid", sigmoid],
  ["Softmax", softmax],
  ["Squeeze", squeeze],
  ["Sub", arithmetic],
  ["Transpose", transpose],
  ["Unsqueeze", unsqueeze],
]);
