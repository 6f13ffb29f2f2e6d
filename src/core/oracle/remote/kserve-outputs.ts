/** The output tensors of a KServe v2 response, in JSON or as bytes, and their rows. */
import { unusable } from "./error.ts";
import type { RawPredictions, RawRow } from "./protocol.ts";
import { isObject, listed, rowsOf } from "./values.ts";

export interface OutputTensor {
  readonly name: string;
  readonly datatype: string;
  readonly values: readonly (string | number)[];
}

type Reader = (view: DataView, at: number) => number;

const half: Reader = (view, at) => {
  const bits = view.getUint16(at, true);
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const sign = bits >> 15 === 1 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

/** The size of a value of each type in bytes, little-endian, and how to read it. */
const READERS: Readonly<Record<string, readonly [bytes: number, Reader]>> = {
  FP16: [2, half],
  FP32: [4, (view, at) => view.getFloat32(at, true)],
  FP64: [8, (view, at) => view.getFloat64(at, true)],
  UINT8: [1, (view, at) => view.getUint8(at)],
  INT8: [1, (view, at) => view.getInt8(at)],
  INT32: [4, (view, at) => view.getInt32(at, true)],
  INT64: [8, (view, at) => Number(view.getBigInt64(at, true))],
};

/** Integer types, which need a scale to be real numbers. */
const QUANTISED = ["UINT8", "INT8"];

function fromBytes(url: string, datatype: string, bytes: Uint8Array<ArrayBuffer>): (string | number)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (datatype === "BYTES") return textsOf(url, view, bytes);
  const reader = READERS[datatype];
  if (reader === undefined || bytes.length % reader[0] !== 0) {
    throw unusable(url, `${bytes.length} bytes as an output of type ${datatype}`);
  }
  const [size, read] = reader;
  return Array.from({ length: bytes.length / size }, (_, at) => read(view, at * size));
}

/** Strings, each after its length in 4 bytes. */
function textsOf(url: string, view: DataView, bytes: Uint8Array<ArrayBuffer>): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + 4;
    const end = start <= bytes.length ? start + view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (end > bytes.length)
      throw unusable(url, "an output of type BYTES that ends in the middle of a string");
    texts.push(new TextDecoder().decode(bytes.subarray(start, end)));
    at = end;
  }
  return texts;
}

/**
 * @param list `outputs` of the response
 * @param bytes the bytes after the JSON, one output after the other
 * @throws RemoteError
 */
export function outputTensors(
  url: string,
  list: readonly unknown[],
  bytes: Uint8Array<ArrayBuffer>,
): OutputTensor[] {
  let at = 0;
  return list.map((output) => {
    const { name, datatype, data, parameters } = isObject(output) ? output : {};
    if (typeof name !== "string" || typeof datatype !== "string") {
      throw unusable(url, "an output without name or datatype");
    }
    const size = isObject(parameters) ? parameters.binary_data_size : undefined;
    if (typeof size === "number") {
      if (!(size >= 0 && at + size <= bytes.length)) {
        throw unusable(url, `an output of ${size} bytes, but with ${bytes.length - at} bytes left`);
      }
      at += size;
      return { name, datatype, values: fromBytes(url, datatype, bytes.subarray(at - size, at)) };
    }
    if (!Array.isArray(data)) throw unusable(url, `the output "${name}" without data`);
    const flat: unknown[] = data.flat(Number.POSITIVE_INFINITY);
    if (!flat.every((value) => typeof value === "number" || typeof value === "string")) {
      throw unusable(url, `the output "${name}" with a value that is neither a number nor a string`);
    }
    return { name, datatype, values: flat };
  });
}

const hasTexts = ({ datatype }: OutputTensor) => datatype === "BYTES";
const hasWholes = ({ datatype }: OutputTensor) => /^U?INT/.test(datatype);

/** Triton's classification extension: strings "value:index" or "value:index:label". */
function classified(url: string, text: string | number): readonly [string | number, number] {
  const [value, index, ...label] = String(text).split(":");
  if (index === undefined || value === "" || !Number.isFinite(Number(value))) {
    throw unusable(url, `the string "${text}", which is not "value:index:label"`);
  }
  return [label.length > 0 ? label.join(":") : Number(index), Number(value)];
}

/**
 * The rows of a response: from the requested output, or the only one; if one output lists labels and
 * another their values, from both.
 */
export function rowsOfOutputs(
  url: string,
  outputs: readonly OutputTensor[],
  count: number,
  wanted: string | undefined,
): RawPredictions {
  const only = outputs.length === 1 ? outputs[0] : outputs.find(({ name }) => name === wanted);
  if (only !== undefined) {
    const rows = rowsOf(url, only.values, count);
    if (hasTexts(only)) return { rows: rows.map((row) => row.map((text) => classified(url, text))) };
    const quantised = QUANTISED.includes(only.datatype) ? { quantised: only.datatype } : {};
    return { rows: rows as unknown as RawRow[], ...quantised };
  }
  const [first, second, ...others] = outputs;
  if (first !== undefined && second !== undefined && others.length === 0) {
    const labels = [first, second].find((one) => hasTexts(one) || hasWholes(one));
    const values = [first, second].find((one) => one.datatype.startsWith("FP"));
    if (labels !== undefined && values !== undefined) {
      const named = rowsOf(url, labels.values, count);
      const rows = rowsOf(url, values.values, count);
      return { rows: rows.map((row, at) => listed(url, named[at]!, row)) };
    }
  }
  const names = outputs.map(({ name }) => name).join(", ");
  throw unusable(url, `the outputs ${names || "none"}: name the one to use in "tensors.output"`);
}
