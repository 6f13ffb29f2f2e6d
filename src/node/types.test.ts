/** The public API, pinned: its names, what they take and what they give. */
import { readFileSync } from "node:fs";
import type * as v from "valibot";
import { expect, expectTypeOf, test } from "vitest";
import type { attackSchema } from "../api/attack.ts";
import type { attackResultSchema, classificationSchema, mapSchema } from "../api/results.ts";
import * as core from "../core/index.ts";
import * as onepixel from "./index.ts";

const names = [
  "OnepixelError",
  "attack",
  "classify",
  "connectModel",
  "decodeImage",
  "encodePng",
  "init",
  "loadModel",
  "map",
  "pngBytes",
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

/** The examples of the docstrings that run against a loaded model. */
const examples = ["operations.ts", "verify-result.ts", "errors.ts"].flatMap((file) =>
  [...readFileSync(`src/core/${file}`, "utf8").matchAll(/@example\n \* ```ts\n([\s\S]*?) \* ```/g)].map(
    ([, code]) => code!.replaceAll(/^ \* ?/gm, "").replaceAll("console.error", "console.log"),
  ),
);

test("there is an example of each operation", () => {
  expect(examples).toHaveLength(6);
});

test.each(examples)("the example runs: %s", async (code) => {
  const model = await onepixel.loadModel();
  const image = new Uint8Array(readFileSync("models/samples/cat-3.png"));
  const result = await onepixel.attack(model, image, { label: "cat", seed: 1 });
  const { attack, map, targets, classify, verify, OnepixelError } = onepixel;
  const given = {
    model,
    image,
    attack,
    map,
    targets,
    classify,
    verify,
    OnepixelError,
    console: { log() {} },
  };
  // Where the example declares a name itself, it is not given.
  const all: Record<string, unknown> = /const result\b/.test(code) ? given : { ...given, result };
  const run = new Function(...Object.keys(all), `return (async () => {\n${code}\n})();`);
  await expect(run(...Object.values(all))).resolves.toBeUndefined();
});
