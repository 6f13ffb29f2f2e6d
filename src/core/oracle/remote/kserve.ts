/**
 * KServe's v2 protocol, also called the Open Inference Protocol: tensors as JSON, or as bytes after it.
 * github.com/kserve/open-inference-protocol; the binary extension is Triton's "binary tensor data".
 */
import { dimsOf } from "../../compiler/value.ts";
import { unusable } from "./error.ts";
import { type HttpResponse, jsonOf, type Send } from "./http.ts";
import { type OutputTensor, outputTensors, rowsOfOutputs } from "./kserve-outputs.ts";
import type { Protocol, ServerFacts, ServerOptions } from "./protocol.ts";
import { isObject, listAt } from "./values.ts";

const HEADER_LENGTH = "Inference-Header-Content-Length";

/** The input's name and type, and whether tensors may be sent as bytes; known after the metadata request. */
interface Known {
  input: string;
  datatype: string;
  isBinary: boolean;
  /** The outputs to request; empty for all. */
  outputs: readonly string[];
}

/** The types that an image can be sent as. */
const SENDABLE: Readonly<Record<string, (tensor: Float32Array) => ArrayBufferView<ArrayBuffer>>> = {
  FP32: (tensor) => tensor.slice(),
  FP64: (tensor) => Float64Array.from(tensor),
  UINT8: (tensor) => Uint8Array.from(tensor),
};

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>) =>
  new Uint8Array(buffer, byteOffset, byteLength);

interface DescribedTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly (number | null)[];
}

function described(url: string, tensor: unknown): DescribedTensor {
  const { name, datatype, shape } = isObject(tensor) ? tensor : {};
  if (typeof name !== "string" || typeof datatype !== "string" || !Array.isArray(shape)) {
    throw unusable(
      url,
      `metadata with a tensor that has no name, datatype or shape: ${JSON.stringify(tensor)}`,
    );
  }
  return { name, datatype, shape: shape.map((size) => (Number(size) > 0 ? Number(size) : null)) };
}

function chosen(url: string, tensors: readonly DescribedTensor[], wanted: string | undefined) {
  const names = tensors.map(({ name }) => name).join(", ");
  if (wanted === undefined && tensors.length === 1) return tensors[0]!;
  const tensor = tensors.find(({ name }) => name === wanted);
  if (tensor !== undefined) return tensor;
  const detail = wanted === undefined ? "name one" : `there is no "${wanted}"`;
  throw unusable(url, `metadata with the inputs ${names}: ${detail} in "tensors.input"`);
}

/** @param send sends the metadata request */
export function createKserve(options: ServerOptions, send: Send): Protocol {
  const { model = "", version, tensors } = options;
  const base = `${options.url.replace(/\/+$/, "")}/v2`;
  const path = `${base}/models/${encodeURIComponent(model)}`;
  const versioned = version === undefined ? path : `${path}/versions/${encodeURIComponent(version)}`;
  const url = `${versioned}/infer`;
  let known: Known | undefined;

  async function extensions(): Promise<readonly unknown[]> {
    const answer = jsonOf(base, (await send({ url: base, queries: 0 })).bytes);
    return isObject(answer) && Array.isArray(answer.extensions) ? answer.extensions : [];
  }

  async function facts(): Promise<ServerFacts> {
    const answer = jsonOf(versioned, (await send({ url: versioned, queries: 0 })).bytes);
    const input = chosen(
      versioned,
      listAt(versioned, answer, "inputs").map((tensor) => described(versioned, tensor)),
      tensors?.input,
    );
    if (!(input.datatype in SENDABLE)) {
      const types = Object.keys(SENDABLE).join(", ");
      throw unusable(versioned, `that its input "${input.name}" is ${input.datatype}; it must be ${types}`);
    }
    const outputs = isObject(answer) && Array.isArray(answer.outputs) ? answer.outputs : [];
    const tensorsOut = outputs.map((tensor) => described(versioned, tensor));
    const output = tensorsOut.find(({ name }) => name === tensors?.output) ?? tensorsOut[0];
    known = {
      input: input.name,
      datatype: input.datatype,
      isBinary: (await extensions()).includes("binary_tensor_data"),
      outputs: tensors?.output !== undefined ? [tensors.output] : tensorsOut.map(({ name }) => name),
    };
    const [batch, ...image] = input.shape;
    const labels = tensorsOut.length === 1 ? output?.shape.at(-1) : null;
    return {
      ...(image.length === 3 && { image }),
      ...(batch != null && image.length === 3 && { batch }),
      ...(labels != null && { labels }),
      takesBytes: input.datatype === "UINT8",
    };
  }

  return {
    url,
    facts,
    encode(tensor, count, format) {
      if (known === undefined) throw new Error("The metadata must be requested before queries.");
      const { input, datatype, isBinary, outputs } = known;
      const values = SENDABLE[datatype]!(tensor);
      const shape = [count, ...dimsOf(format, format.layout).slice(1)];
      return isBinary
        ? binaryRequest(url, { name: input, datatype, shape, values }, outputs, count)
        : jsonRequest(url, { name: input, datatype, shape, values }, outputs, count);
    },
    decode: (answer, count) => rowsOfOutputs(url, readOutputs(url, answer), count, tensors?.output),
  };
}

interface InputTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly values: ArrayBufferView<ArrayBuffer>;
}

function jsonRequest(
  url: string,
  { values, ...input }: InputTensor,
  outputs: readonly string[],
  queries: number,
) {
  const data = Array.from(values as unknown as ArrayLike<number>);
  const body = { inputs: [{ ...input, data }], ...asked(outputs, {}) };
  const headers = { "Content-Type": "application/json" };
  return { url, headers, body: JSON.stringify(body), queries };
}

function binaryRequest(
  url: string,
  { values, ...input }: InputTensor,
  outputs: readonly string[],
  queries: number,
) {
  const bytes = bytesOf(values);
  const parameters = { binary_data_size: bytes.length };
  const described = {
    inputs: [{ ...input, parameters }],
    ...asked(outputs, { parameters: { binary_data: true } }),
  };
  const json = new TextEncoder().encode(JSON.stringify(described));
  const body = new Uint8Array(json.length + bytes.length);
  body.set(json);
  body.set(bytes, json.length);
  const headers = { "Content-Type": "application/octet-stream", [HEADER_LENGTH]: String(json.length) };
  return { url, headers, body, queries };
}

const asked = (outputs: readonly string[], more: object) =>
  outputs.length === 0 ? {} : { outputs: outputs.map((name) => ({ name, ...more })) };

function readOutputs(url: string, { bytes, header }: HttpResponse): OutputTensor[] {
  const length = header(HEADER_LENGTH);
  const end = length === null ? bytes.length : Number(length);
  if (!(end >= 0 && end <= bytes.length)) throw unusable(url, `with ${HEADER_LENGTH}: ${length}`);
  const list = listAt(url, jsonOf(url, bytes.subarray(0, end)), "outputs");
  return outputTensors(url, list, bytes.subarray(end));
}
