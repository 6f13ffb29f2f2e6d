/** Element-wise operators. */
import { Unsupported } from "../../onnx/unsupported.ts";
import type { Activation } from "../layer.ts";
import { activate, activationsAt, affine, type Context, constantAt, stepLike } from "../network.ts";
import type { Activations } from "../value.ts";

type Operator = (context: Context) => Activations;

export const pass: Operator = (context) => activationsAt(context, 0);

export const relu: Operator = (context) =>
  activate(context, activationsAt(context, 0), { kind: "clip", alpha: 0, beta: Number.POSITIVE_INFINITY });

export const clip: Operator = (context) => {
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

/** An activation whose factor is an attribute of the node, or that has none. */
export const plain =
  (kind: Activation["kind"], factor = 0): Operator =>
  (context) => {
    const alpha = context.node.attributes.get("alpha")?.float ?? factor;
    return activate(context, activationsAt(context, 0), { kind, alpha, beta: 0 });
  };

/** x × σ(2 √(2 ÷ π) (x + 0.044715 x³)), which is the GELU with a hyperbolic tangent. */
function tanhGelu(context: Context, value: Activations): Activations {
  const by = (other: Activations) =>
    stepLike(context, other, { operation: "multiply", inputs: [other.layer, value.layer] });
  const factor = 2 * Math.sqrt(2 / Math.PI);
  const slope = affine(
    context,
    by(value),
    () => factor * 0.044715,
    () => factor,
  );
  return by(activate(context, by(slope), { kind: "sigmoid", alpha: 0, beta: 0 }));
}

export const gelu: Operator = (context) => {
  const approximation = context.node.attributes.get("approximate")?.text || "none";
  if (approximation === "tanh") return tanhGelu(context, activationsAt(context, 0));
  if (approximation !== "none") throw new Unsupported(`Gelu with approximate ${approximation}`);
  return plain("gelu")(context);
};

export const prelu: Operator = (context) => {
  const slopes = constantAt(context, 1);
  const alpha = slopes?.values[0];
  if (slopes?.type !== "float" || alpha === undefined || !slopes.values.every((slope) => slope === alpha)) {
    throw new Unsupported("PRelu with a slope for each channel");
  }
  return activate(context, activationsAt(context, 0), { kind: "leakyRelu", alpha, beta: 0 });
};

export const negative: Operator = (context) =>
  affine(
    context,
    activationsAt(context, 0),
    () => -1,
    () => 0,
  );

export const cast: Operator = (context) => {
  if (context.node.attributes.get("to")?.integer !== 1)
    throw new Unsupported("Cast to a type that is not float32");
  return activationsAt(context, 0);
};

export const hardSigmoid: Operator = (context) => {
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
