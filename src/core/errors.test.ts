import { expect, test } from "vitest";
import { OptionError } from "./attack/options/options.ts";
import { OnepixelError } from "./errors.ts";
import { ImageError } from "./image/error.ts";
import { KernelMemoryError } from "./kernel/memory.ts";
import { ModelError } from "./model/classifier.ts";
import { ManifestError } from "./model/manifest.ts";
import { RuntimeUnavailableError } from "./model/runtime.ts";
import { ModelFileError } from "./onnx/error.ts";
import { OracleError } from "./oracle/create-oracle.ts";

const cause = new Error("why");

test.each([
  [new OptionError("seed", "must be a whole number."), "invalid-option", "seed", "OptionError"],
  [new ImageError("unsupported", "No image."), "unsupported-image", "image", "ImageError"],
  [new ImageError("corrupt", "Damaged.", { cause }), "invalid-image", "image", "ImageError"],
  [new ModelError("a: wrong"), "invalid-model", "model", "ModelError"],
  [new ModelFileError("truncated"), "invalid-model", "model", "ModelFileError"],
  [new ManifestError("a: wrong", { cause }), "invalid-manifest", "manifest", "ManifestError"],
  [new OracleError("has no plan"), "unsupported-engine", "engine", "OracleError"],
  [new KernelMemoryError(), "out-of-memory", undefined, "KernelMemoryError"],
  [new RuntimeUnavailableError("no", { cause }), "runtime-unavailable", undefined, "RuntimeUnavailableError"],
])("%s is an OnepixelError", (error, code, field, name) => {
  expect(error).toBeInstanceOf(OnepixelError);
  expect({ code: error.code, field: error.field, name: error.name }).toEqual({ code, field, name });
});

test("an error keeps its cause", () => {
  expect(new ImageError("corrupt", "Damaged.", { cause }).cause).toBe(cause);
  expect(new ManifestError("wrong", { cause }).cause).toBe(cause);
  expect(new RuntimeUnavailableError("no", { cause }).cause).toBe(cause);
});
