import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { changed, cornerRows, ranked, sample } from "../../../test/support/corner-rows.ts";
import { kernelModule, nodeRegistry } from "../../node/services.ts";
import { resolveMap } from "./map/settings.ts";
import { mapPixels } from "./map.ts";

const classifier = nodeRegistry().default;
const module = kernelModule();
const { labels, input } = classifier.manifest;
const bounds = { ...input, labels, maxBudget: 100_000 };

const names = readdirSync(new URL("../../../models/samples/cifar10", import.meta.url))
  .filter((file) => file.endsWith(".png"))
  .map((file) => file.slice(0, -".png".length))
  .sort();
const wrong = [
  "airplane-0",
  "airplane-5",
  "automobile-2",
  "bird-7",
  "bird-9",
  "cat-4",
  "cat-8",
  "cat-9",
  "deer-5",
  "dog-9",
];

test("there are 100 samples", () => {
  expect(names).toHaveLength(100);
  expect(names).toEqual(expect.arrayContaining(wrong));
});

/** Every change that fools, where onnxruntime is asked about everything that is as near as 2 % to a tie. */
async function foolingChanges(name: string, label: number): Promise<[number, number][]> {
  const image = await sample(name);
  const fooling: [number, number][] = [];
  for (const corner of await cornerRows(classifier, image)) {
    const [first, second] = ranked(corner.row);
    const isDoubtful = corner.row[second]! > 0.98 * corner.row[first]!;
    const answer = isDoubtful ? ranked(await classifier.probabilities(changed(image, corner)))[0] : first;
    if (answer !== label) fooling.push([corner.position, corner.colour]);
  }
  return fooling;
}

/** Two samples of each label; with ALL_SAMPLES=1 all ten, which takes five times as long. */
const mapped = names.filter((_, index) => process.env.ALL_SAMPLES === "1" || index % 5 === 0);

test.for(mapped)("the map of %s, with default options", async (name, { expect }) => {
  const label = name.slice(0, name.lastIndexOf("-"));
  const image = await sample(name);
  const settings = resolveMap({ label }, bounds);
  const result = await mapPixels({ classifier, kernelModule: module, image, settings });
  if (wrong.includes(name)) {
    expect(result).toMatchObject({ pixels: [], stopped: null, certificate: null });
    return;
  }
  expect(result).toMatchObject({ stopped: "exhausted", engine: "incremental" });
  expect(result.pixels).toHaveLength(1024);
  const expected = await foolingChanges(name, labels.indexOf(label));
  expect(result.certificate).toEqual({ corners: 8192, fooling: expected.length });
  const found = result.pixels.flatMap(({ x, y, fooling }) =>
    fooling.map(({ colour }) => [y * 32 + x, Number.parseInt(colour.slice(1), 16)]),
  );
  expect(found).toEqual(expected);
});
