import { expect, test } from "vitest";
import { cornerRows, ranked, sample } from "../../../test/support/corner-rows.ts";
import { kernelModule, nodeRegistry } from "../../node/services.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { resolveMap } from "./map/settings.ts";
import { mapPixels } from "./map.ts";
import { type AttackInput, resolveOptions } from "./options/options.ts";
import { attack } from "./run.ts";
import { attackTargets } from "./targets.ts";

const shipped = nodeRegistry().default;
const module = kernelModule();
const { labels, input } = shipped.manifest;
const bounds = { ...input, labels, maxBudget: 100_000 };

/** None of this sample's corners makes it a truck; at two of them, a frog and a bird nearly tie. */
const image = await sample("frog-8");
const TRUCK = labels.indexOf("truck");

const nearlyTies = (row: Float32Array) => {
  const [first, second] = ranked(row);
  return row[second]! > 0.99 * row[first]!;
};
const tied = (await cornerRows(shipped, image)).filter(({ row }) => nearlyTies(row));

/** The shipped classifier, but that onnxruntime takes what nearly ties for a truck; and what it was asked. */
function contrary() {
  const asked: Raster[] = [];
  const classifier: Classifier = {
    ...shipped,
    probabilities: async (raster) => {
      asked.push(raster);
      const row = await shipped.probabilities(raster);
      const [first] = ranked(row);
      if (nearlyTies(row)) [row[first], row[TRUCK]] = [row[TRUCK]!, row[first]!];
      return row;
    },
  };
  return { asked, context: { classifier, kernelModule: module, image } };
}

const resolve = (options: AttackInput) => resolveOptions({ label: "frog", ...options }, bounds);
const isTied = ({ x, y }: { readonly x: number; readonly y: number }) =>
  tied.some(({ position }) => position === y * 32 + x);

test("a map shows what onnxruntime says where two labels nearly tie, and asks it once for each", async () => {
  expect(tied).toHaveLength(2);
  const { asked, context } = contrary();
  const result = await mapPixels({ ...context, settings: resolveMap({ label: "frog" }, bounds) });
  expect(result.engine).toBe("incremental");
  const trucks = result.pixels.flatMap(({ x, y, fooling }) =>
    fooling.flatMap(({ label, colour }) =>
      label === "truck" ? [[y * 32 + x, Number.parseInt(colour.slice(1), 16)]] : [],
    ),
  );
  expect(trucks).toEqual(tied.map(({ position, colour }) => [position, colour]));
  expect(asked).toHaveLength(1 + 2);
  expect(asked[0]).toBe(image);
});

test("targets count what onnxruntime says where two labels nearly tie, and return each image once", async () => {
  const { asked, context } = contrary();
  const { targets } = await attackTargets({ ...context, settings: resolve({}) as never });
  const truck = targets.find(({ target }) => target === "truck")!;
  expect(truck).toMatchObject({ status: "fooled", verified: true, after: { label: "truck" } });
  expect(truck.certificate).toEqual({ corners: 8192, fooling: 2 });
  expect(truck.pixels.every(isTied)).toBe(true);
  expect(asked).toHaveLength(1 + 2 + targets.length);
  expect(asked[0]).toBe(image);
});

test("an exhaustive attack counts what onnxruntime says where two labels nearly tie", async () => {
  const { asked, context } = contrary();
  const settings = resolve({ search: "corners", exhaustive: true, target: "truck" });
  const result = await attack({ ...context, settings });
  expect(result).toMatchObject({ status: "fooled", verified: true, stopped: "exhausted" });
  expect(result.certificate).toEqual({ corners: 8192, fooling: 2 });
  expect(asked).toHaveLength(1 + 2 + 1);
});

test.for([1, "min"] as const)(
  "a near tie that onnxruntime decides for the target is a success: pixels=%s",
  async (pixels, { expect }) => {
    const { asked, context } = contrary();
    const result = await attack({ ...context, settings: resolve({ pixels, target: "truck" }) });
    expect(result).toMatchObject({ status: "fooled", verified: true, after: { label: "truck" } });
    expect(result.pixels).toHaveLength(1);
    expect(result.pixels.every(isTied)).toBe(true);
    // The clean image, the candidate, and the image that is returned.
    expect(asked).toHaveLength(3);
    expect(asked[0]).toBe(image);
  },
);
