import { describe, expect, test } from "vitest";
import { greyManifest, greyOnnx } from "../../../test/support/grey-model.ts";
import { fc } from "../../../test/support/property.ts";
import { format, head, modelOf, node, ones } from "../../../test/support/small-graph.ts";
import { ModelFileError } from "../onnx/error.ts";
import { compilePlan } from "./compile.ts";

describe("a file that is no model", () => {
  const cycle = [
    node("Add", ["image", "b"], "a"),
    node("Relu", ["a"], "b"),
    node("Relu", ["b"], "x"),
    ...head,
  ];

  test.each<[string, Uint8Array, string]>([
    ["empty", new Uint8Array(), "contains no ONNX graph"],
    [
      "text",
      new TextEncoder().encode("This is not a model, but a sentence."),
      "truncated or is not an ONNX model",
    ],
    [
      "an image",
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13),
      "ends in the middle of a field",
    ],
    ["a graph with a cycle", modelOf(cycle), "Node a (Add) uses b, which nothing before it defines"],
    [
      "a node that reads itself",
      modelOf([node("Relu", ["x"], "x"), ...head]),
      "has a cycle or is not in order",
    ],
    [
      "a graph that defines a value twice",
      modelOf([node("Relu", ["image"], "image")]),
      "defines image twice",
    ],
    ["a graph without its output", modelOf([node("Relu", ["image"], "x")]), "defines its output output"],
    [
      "a tensor without its values",
      modelOf([node("Relu", ["image"], "x"), ...head], [{ ...ones("w", [2]), dims: [1e6, 1e6] }]),
      "must hold 1000000000000 values, not 2",
    ],
    [
      "a tensor of negative size",
      modelOf([node("Relu", ["image"], "x"), ...head], [{ ...ones("w", [2]), dims: [-2, -1] }]),
      "has a negative size",
    ],
  ])("is refused: %s", (_, onnx, message) => {
    const compile = () => compilePlan(onnx, format);
    expect(compile).toThrow(ModelFileError);
    expect(compile).toThrow(message);
  });

  test("is refused wherever it is truncated", () => {
    const onnx = new Uint8Array(greyOnnx());
    for (let length = 0; length < onnx.length; length++) {
      expect(() => compilePlan(onnx.subarray(0, length), greyManifest)).toThrow(ModelFileError);
    }
  });

  test("never does more than fail, whatever its bytes", () => {
    const onnx = new Uint8Array(greyOnnx());
    const edits = fc.array(fc.tuple(fc.nat(onnx.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(edits, (changes) => {
        const damaged = onnx.slice();
        for (const [place, byte] of changes) damaged[place] = byte;
        try {
          outcomes.add(Object.keys(compilePlan(damaged, greyManifest)).join());
        } catch (error) {
          if (!(error instanceof ModelFileError)) throw error;
          outcomes.add(error.name);
        }
      }),
      { numRuns: 20_000 },
    );
    expect([...outcomes].sort()).toEqual(["ModelFileError", "plan", "unsupported"]);
  });
});
