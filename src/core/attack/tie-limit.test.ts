/** An image on whose candidates onnxruntime would always have to decide costs no more than others do. */
import { expect, test } from "vitest";
import { initCodecsInNode } from "../../../test/support/codecs.ts";
import { labelManifest } from "../../../test/support/label-model.ts";
import { writeOnnx } from "../../../test/support/onnx-writer.ts";
import { nodeRuntime } from "../../node/models.ts";
import { kernelModule } from "../../node/services.ts";
import type { Raster } from "../image/raster.ts";
import { createClassifier } from "../model/classifier.ts";
import { modelInMemory } from "../model/entry.ts";
import { tieAllowance } from "../oracle/tie-allowance.ts";
import { type AttackInput, resolveOptions } from "./options/options.ts";
import { attack } from "./run.ts";
import { attackTargets } from "./targets.ts";

initCodecsInNode();
const SIDE = 8;
const labels = ["one", "two", "three"];
const image: Raster = {
  width: SIDE,
  height: SIDE,
  channels: 3,
  data: new Uint8Array(SIDE * SIDE * 3).fill(9),
};
const bounds = { width: SIDE, height: SIDE, channels: 3, labels, maxBudget: 100_000 } as const;

/** Finds every label equally likely, whatever the image; and how often onnxruntime was asked. */
function undecided() {
  const asked = { times: 0 };
  const zeros = new Float32Array(3 * labels.length);
  const onnx = writeOnnx({
    inputs: [{ name: "image", dims: ["batch", 3, SIDE, SIDE] }],
    outputs: [{ name: "logits", dims: ["batch", labels.length] }],
    initialisers: [
      { name: "w", dims: [labels.length, 3], data: zeros },
      { name: "b", dims: [labels.length], data: zeros.subarray(0, labels.length) },
    ],
    nodes: [
      { op: "GlobalMaxPool", inputs: ["image"], outputs: ["p"] },
      { op: "Flatten", inputs: ["p"], outputs: ["f"] },
      { op: "Gemm", inputs: ["f", "w", "b"], outputs: ["logits"], attributes: { transB: { int: 1 } } },
    ],
  });
  const manifest = labelManifest("undecided", labels, SIDE);
  const made = createClassifier(modelInMemory(manifest, onnx, "0".repeat(64)), nodeRuntime());
  const classifier = {
    ...made,
    probabilities: (raster: Raster) => {
      asked.times++;
      return made.probabilities(raster);
    },
  };
  return { asked, classifier };
}

const most = (queries: number) => tieAllowance(undecided().classifier, queries).left;
const CHUNK = 16;

test("the classifier of these tests may ask onnxruntime often, but not for every query of a large budget", () => {
  expect(most(100)).toBeGreaterThan(100);
  expect(most(20_000)).toBeLessThan(20_000);
});

test.each([
  [{ search: "random", budget: 20_000 }],
  [{ search: "de", pixels: 3, budget: 20_000 }],
  [{ search: "random", pixels: "min", maxPixels: 3, budget: 9000, target: "three" }],
] as const)("an attack ends with `budget` when its near ties are spent: %o", async (options: AttackInput) => {
  const { asked, classifier } = undecided();
  const settings = resolveOptions({ stop: "confidence", label: "one", ...options }, bounds);
  const result = await attack({ classifier, image, kernelModule: kernelModule(), settings });
  expect(result).toMatchObject({ status: "survived", stopped: "budget", engine: "incremental" });
  const allowed = most(result.cost.budget);
  expect(result.cost.queries).toBeGreaterThan(allowed);
  expect(result.cost.queries).toBeLessThanOrEqual(allowed + CHUNK);
  // The clean image and the returned one are classified, too.
  expect(asked.times).toBe(result.cost.queries + 2);
});

test("attacks at every label share what they may have", async () => {
  const { asked, classifier } = undecided();
  const settings = resolveOptions(
    { search: "random", pixels: 2, stop: "confidence", label: "one", budget: 9000 },
    bounds,
  );
  const request = { classifier, image, kernelModule: kernelModule(), settings: settings as never };
  const { cost, targets } = await attackTargets(request);
  expect(targets.map(({ status, stopped }) => [status, stopped])).toEqual([
    ["survived", "budget"],
    ["survived", "budget"],
  ]);
  expect(cost.queries).toBeLessThanOrEqual(most(cost.budget) + CHUNK);
  expect(asked.times).toBe(1 + cost.queries + 2);
});

test("three near ties end a slice, as onnxruntime takes long for them", async () => {
  const { classifier } = undecided();
  const settings = resolveOptions(
    { search: "random", stop: "confidence", target: "two", label: "one", budget: 100 },
    bounds,
  );
  const seen: number[] = [];
  const onProgress = ({ queries }: { readonly queries: number }) => void seen.push(queries);
  await attack({ classifier, image, kernelModule: kernelModule(), settings, onProgress });
  expect(seen).toEqual([16, 32, 48, 64, 80, 96, 100]);
});
