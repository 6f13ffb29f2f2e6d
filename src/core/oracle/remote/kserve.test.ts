/** What KServe v2 servers answer beyond rows of FP32. */
import { expect, test } from "vitest";
import { createKserve } from "./kserve.ts";

const text = new TextEncoder();
const answerOf = (value: unknown) => ({
  bytes: new Uint8Array(text.encode(JSON.stringify(value))),
  header: () => null,
});
const tensor = (name: string, datatype: string, data: unknown) => ({ name, datatype, shape: [], data });
const protocol = createKserve({ url: "http://host/", model: "my model", version: "3" }, async () =>
  answerOf({}),
);

/** An answer with outputs as bytes behind the JSON. */
function binary(...outputs: [name: string, datatype: string, bytes: ArrayBufferView<ArrayBuffer>][]) {
  const described = outputs.map(([name, datatype, { byteLength }]) => ({
    ...{ name, datatype, shape: [] },
    parameters: { binary_data_size: byteLength },
  }));
  const json = text.encode(JSON.stringify({ outputs: described }));
  const parts = outputs.map(([, , view]) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  const bytes = new Uint8Array(Buffer.concat([json, ...parts]));
  return { bytes, header: () => String(json.length) };
}

test("the URL names model and version", () => {
  expect(protocol.url).toBe("http://host/v2/models/my%20model/versions/3/infer");
});

test("values may be nested, flat, or bytes of several types", () => {
  const rows = (answer: Parameters<typeof protocol.decode>[0]) =>
    protocol.decode(answer, 2).rows.map((row) => Array.from(row as ArrayLike<number>));
  const expected = [
    [0.25, 0.75],
    [1, 0],
  ];
  expect(rows(answerOf({ outputs: [tensor("a", "FP32", expected)] }))).toEqual(expected);
  expect(rows(answerOf({ outputs: [tensor("a", "FP32", expected.flat())] }))).toEqual(expected);
  expect(rows(binary(["a", "FP32", Float32Array.from(expected.flat())]))).toEqual(expected);
  expect(rows(binary(["a", "FP64", Float64Array.from(expected.flat())]))).toEqual(expected);
  // 0.25, 0.75, 1 and 0 as half-precision floats.
  expect(rows(binary(["a", "FP16", Uint16Array.of(0x3400, 0x3a00, 0x3c00, 0)]))).toEqual(expected);
});

test("half-precision floats: subnormal, negative, infinite, not a number", () => {
  const [row] = protocol.decode(binary(["a", "FP16", Uint16Array.of(1, 0xbc00, 0x7c00, 0x7e00)]), 1).rows;
  expect(row).toEqual([2 ** -24, -1, Number.POSITIVE_INFINITY, Number.NaN]);
});

test("quantised values say their type", () => {
  expect(protocol.decode(binary(["a", "INT8", Int8Array.of(-128, 127)]), 1)).toEqual({
    rows: [[-128, 127]],
    quantised: "INT8",
  });
});

test("labels and their values in two outputs, in either order", () => {
  const expected = [
    [
      ["dog", 0.9],
      ["cat", 0.1],
    ],
  ];
  const named = tensor("classes", "BYTES", ["dog", "cat"]);
  const scores = tensor("scores", "FP32", [0.9, 0.1]);
  expect(protocol.decode(answerOf({ outputs: [named, scores] }), 1).rows).toEqual(expected);
  expect(protocol.decode(answerOf({ outputs: [scores, named] }), 1).rows).toEqual(expected);
  const texts = new Uint8Array(Buffer.from("\x03\0\0\0dog\x03\0\0\0cat", "latin1"));
  const answer = binary(["classes", "BYTES", texts], ["scores", "FP64", Float64Array.of(0.9, 0.1)]);
  expect(protocol.decode(answer, 1).rows).toEqual(expected);
  const indices = binary(
    ["top", "INT64", BigInt64Array.of(5n, 3n)],
    ["p", "FP64", Float64Array.of(0.9, 0.1)],
  );
  expect(protocol.decode(indices, 1).rows).toEqual([
    [
      [5, 0.9],
      [3, 0.1],
    ],
  ]);
});

test("Triton's classification strings", () => {
  const answer = answerOf({ outputs: [tensor("a", "BYTES", ["0.9:5:dog", "0.1:3"])] });
  expect(protocol.decode(answer, 1).rows).toEqual([
    [
      ["dog", 0.9],
      [3, 0.1],
    ],
  ]);
  const bad = answerOf({ outputs: [tensor("a", "BYTES", ["dog"])] });
  expect(() => protocol.decode(bad, 1)).toThrow('the string "dog", which is not "value:index:label"');
});

test("bytes that end early are refused", () => {
  const texts = new Uint8Array(Buffer.from("\x09\0\0\0dog", "latin1"));
  expect(() => protocol.decode(binary(["a", "BYTES", texts]), 1)).toThrow("in the middle of a string");
  expect(() => protocol.decode(binary(["a", "FP32", new Uint8Array(7)]), 1)).toThrow(
    "7 bytes as an output of type FP32",
  );
  expect(() => protocol.decode(binary(["a", "BOOL", new Uint8Array(8)]), 1)).toThrow("output of type BOOL");
});
