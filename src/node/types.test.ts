/** The public API, pinned: its names, what they take and what they give. */
import type * as v from "valibot";
import { expect, expectTypeOf, test } from "vitest";
import type { attackSchema } from "../api/attack.ts";
import type { attackResultSchema, classificationSchema, mapSchema } from "../api/results.ts";
import * as core from "../core/index.ts";
import * as onepixel from "./index.ts";

const names = [
  "OnepixelError",
  "attack",
  "checkProof",
  "classify",
  "connectModel",
  "decodeImage",
  "encodePng",
  "init",
  "loadModel",
  "map",
  "pngBytes",
  "prove",
  "targets",
  "verify",
];

test("the public names are these", () => {
  expect(Object.keys(core).sort()).toEqual(names);
  expect(Object.keys(onepixel).sort()).toEqual(names);
});

test("options and results have the types of the HTTP API", () => {
  type Wire = Omit<v.InferOutput<typeof attackSchema>, "model" | "sample">;
  expectTypeOf<Wire>().toExtend<onepixel.AttackOptions>();
  expectTypeOf<onepixel.AttackResult["status"]>().toEqualTypeOf<"fooled" | "survived" | "misclassified">();
  expectTypeOf<onepixel.AttackResult["image"]>().toEqualTypeOf<string>();
  expectTypeOf<keyof onepixel.AttackResult>().toEqualTypeOf<keyof v.InferOutput<typeof attackResultSchema>>();
  expectTypeOf<keyof onepixel.MapResult>().toEqualTypeOf<keyof v.InferOutput<typeof mapSchema>>();
  expectTypeOf<keyof onepixel.Classification>().toEqualTypeOf<
    keyof v.InferOutput<typeof classificationSchema>
  >();
  expectTypeOf(onepixel.attack).parameter(1).toEqualTypeOf<Uint8Array | onepixel.Raster>();
  expectTypeOf(onepixel.attack).returns.resolves.toEqualTypeOf<onepixel.AttackResult>();
  expectTypeOf(onepixel.loadModel).returns.resolves.toEqualTypeOf<onepixel.Model>();
  expectTypeOf<onepixel.OnepixelError["field"]>().toEqualTypeOf<string | undefined>();
});
