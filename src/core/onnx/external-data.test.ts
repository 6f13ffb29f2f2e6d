import { describe, expect, test } from "vitest";
import { externalOnnx } from "../../../test/support/external-onnx.ts";
import { greyOnnx } from "../../../test/support/grey-model.ts";
import { ModelFileError } from "./error.ts";
import { externalFiles, withExternalData } from "./external-data.ts";
import { readGraph } from "./read.ts";

const whole = new Uint8Array(greyOnnx());
const filesOf = (location: string, data: Uint8Array) => new Map([[location, data]]);

test("weights in another file are read as if they were in the model", () => {
  const { onnx, data } = externalOnnx(whole, "model.onnx.data");
  expect(onnx.length).toBeLessThan(whole.length);
  expect(externalFiles(onnx)).toEqual(["model.onnx.data"]);
  const inlined = withExternalData(onnx, filesOf("model.onnx.data", data));
  expect(externalFiles(inlined)).toEqual([]);
  const { constants, ...graph } = readGraph(inlined);
  const { constants: expected, ...original } = readGraph(whole);
  expect(graph).toEqual(original);
  expect([...constants]).toEqual([...expected]);
});

test("a model that is complete stays as it is", () => {
  expect(externalFiles(whole)).toEqual([]);
  expect(withExternalData(whole, new Map())).toBe(whole);
});

test("a file that is no model names no files", () => {
  expect(externalFiles(Uint8Array.of(255, 255))).toEqual([]);
});

test.each(["../secret", "a/../../b", "/etc/passwd", "\\\\host\\share", "c:\\data", "C:data", ""])(
  "a path out of the model's folder is refused: %j",
  (location) => {
    const { onnx } = externalOnnx(whole, location);
    expect(() => externalFiles(onnx)).toThrow(ModelFileError);
    expect(() => externalFiles(onnx)).toThrow("must be in the model's folder or below it");
  },
);

describe("weights that cannot be read", () => {
  const { onnx, data } = externalOnnx(whole, "w/model.data");

  test("because their file is missing", () => {
    expect(() => withExternalData(onnx, new Map())).toThrow(
      'Tensor w0 is stored in the file "w/model.data", which is missing',
    );
    expect(() => readGraph(onnx)).toThrow("Tensor w0 is stored in w/model.data, which was not read");
  });

  test("because their file is too short", () => {
    const short = filesOf("w/model.data", data.subarray(0, data.length - 1));
    expect(() => withExternalData(onnx, short)).toThrow(
      new RegExp(
        `Tensor b1 needs the bytes \\d+ to ${data.length} of "w/model.data", which has only ${data.length - 1}`,
      ),
    );
  });
});
