import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { json, labels, model, names, onepixel, path, photos } from "../../../test/support/photo-audit.ts";

describe("a normalisation that nobody knows", () => {
  const unknown = ["--model", path("fragile.onnx"), "--labels", labels];

  test("is asked for, with what each choice does to the accuracy", async () => {
    const { code, error } = await onepixel("audit", ...unknown, "--images", photos, "--out", path("unknown"));
    expect(code).toBe(2);
    expect(error).toMatch(
      /--normalise is required: .* Images classified correctly: mnist \d+ of 40, 0-1 36 of 40, /,
    );
    expect(existsSync(path("unknown"))).toBe(false);
  });

  test("is asked for by attack too, without images to try it on", async () => {
    const { code, error } = await onepixel("attack", ...unknown, join(photos, names[0]![0]));
    expect(code).toBe(2);
    expect(error).toContain("--normalise must be one of mnist, 0-1, -1-1, none");
  });
});

test("init writes a manifest that the other commands use, and overwrites none", async () => {
  const folder = path("mine");
  mkdirSync(folder);
  copyFileSync(path("fragile.onnx"), join(folder, "model.onnx"));
  const init = (...args: string[]) => onepixel("init", folder, "--labels", labels, ...args);
  expect((await init()).error).toContain("--normalise is required: the model file does not specify");
  expect((await init("--images", photos)).error).toContain("0-1 36 of 40");
  expect((await init("--scale", "1/255")).code).toBe(0);
  const manifest = json("mine", "manifest.json");
  expect(manifest).toMatchObject({
    id: "mine",
    labels: ["day", "night", "old ship"],
    output: "logits",
    input: { width: 8, height: 8, channels: 1, layout: "NCHW", mean: [0], std: [1] },
  });
  const image = join(photos, names[0]![0]);
  const said = async (...args: string[]) =>
    JSON.parse((await onepixel("classify", image, "--json", ...args)).out).probabilities;
  expect(await said("--model", folder)).toEqual(await said(...model));
  expect(await init("--scale", "1")).toMatchObject({ code: 2, error: expect.stringContaining("--force") });
  expect((await init("--normalise", "none", "--json")).out).toContain('"scale":1,');
  expect((await init("--normalise", "none", "--force")).code).toBe(0);
  expect(json("mine", "manifest.json").input.scale).toBe(1);
});
