/** TensorFlow Serving's REST API, in its row format: tensorflow.org/tfx/serving/api_rest */
import { dimsOf } from "../../compiler/value.ts";
import { unusable } from "./error.ts";
import { jsonOf, type Send } from "./http.ts";
import type { Protocol, RawRow, ServerFacts, ServerOptions } from "./protocol.ts";
import { isNumbers, isObject, listAt, listed, nested } from "./values.ts";

/** The tensors of a signature, as the metadata describes them. */
type Tensors = Readonly<Record<string, unknown>>;

const tensorsOf = (signature: unknown, which: "inputs" | "outputs"): Tensors =>
  isObject(signature) && isObject(signature[which]) ? signature[which] : {};

/** The sizes of a tensor; null for −1. */
function shapeOf(tensor: unknown): (number | null)[] | undefined {
  const shape = isObject(tensor) ? tensor.tensor_shape : undefined;
  const dims = isObject(shape) ? shape.dim : undefined;
  if (!Array.isArray(dims)) return undefined;
  return dims.map((dim) => {
    const size = Number(isObject(dim) ? dim.size : Number.NaN);
    return size > 0 ? size : null;
  });
}

function factsOf(answer: unknown, { tensors }: ServerOptions): ServerFacts {
  const at = (value: unknown, key: string) => (isObject(value) ? value[key] : undefined);
  const signatures = at(at(at(answer, "metadata"), "signature_def"), "signature_def");
  const signature = at(signatures, "serving_default");
  const inputs = tensorsOf(signature, "inputs");
  const outputs = tensorsOf(signature, "outputs");
  const input = inputs[tensors?.input ?? Object.keys(inputs)[0] ?? ""];
  const [batch, ...image] = shapeOf(input) ?? [];
  const labels = shapeOf(outputs[tensors?.output ?? Object.keys(outputs)[0] ?? ""])?.at(-1);
  return {
    ...(image.length === 3 && { image }),
    ...(batch != null && { batch }),
    ...(labels != null && { labels }),
    takesBytes: at(input, "dtype") === "DT_UINT8",
  };
}

/** A named output with labels, and the output with their values. */
const LABELS = ["classes", "labels"];
const VALUES = ["scores", "probabilities"];

function rowOf(url: string, prediction: unknown, output: string | undefined): RawRow {
  if (isNumbers(prediction)) return prediction;
  if (!isObject(prediction)) throw unusable(url, "a prediction that is not a list of numbers");
  if (output !== undefined) {
    const row = prediction[output];
    if (isNumbers(row)) return row;
    throw unusable(url, `no list of numbers "${output}", but ${Object.keys(prediction).join(", ")}`);
  }
  const labels = LABELS.map((name) => prediction[name]).find(Array.isArray);
  const values = VALUES.map((name) => prediction[name]).find(Array.isArray);
  if (labels !== undefined && values !== undefined) return listed(url, labels, values);
  const names = Object.keys(prediction).join(", ");
  throw unusable(url, `several outputs (${names}): name the one to use in "tensors.output"`);
}

/** @param send sends the metadata request */
export function createTfServing(options: ServerOptions, send: Send): Protocol {
  const { url: base, model, version, tensors } = options;
  const path = `${base.replace(/\/+$/, "")}/v1/models/${encodeURIComponent(model ?? "")}`;
  const versioned = version === undefined ? path : `${path}/versions/${encodeURIComponent(version)}`;
  const url = `${versioned}:predict`;
  return {
    url,
    async facts() {
      const metadata = `${versioned}/metadata`;
      return factsOf(jsonOf(metadata, (await send({ url: metadata, queries: 0 })).bytes), options);
    },
    encode(tensor, count, format) {
      const images = nested(tensor, [count, ...dimsOf(format, format.layout).slice(1)]);
      const name = tensors?.input;
      const instances = name === undefined ? images : images.map((image) => ({ [name]: image }));
      const headers = { "Content-Type": "application/json" };
      return { url, headers, body: JSON.stringify({ instances }), queries: count };
    },
    decode({ bytes }) {
      const predictions = listAt(url, jsonOf(url, bytes), "predictions");
      return { rows: predictions.map((prediction) => rowOf(url, prediction, tensors?.output)) };
    },
  };
}
