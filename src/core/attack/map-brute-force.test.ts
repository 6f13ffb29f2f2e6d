import { beforeAll, describe, expect, test } from "vitest";
import { evaluationFile, kernelModule, nodeRegistry } from "../../node/services.ts";
import { evaluationImage } from "../audit/evaluation-set.ts";
import { renderTensor } from "../model/tensor.ts";
import type { MapResult } from "./map/result.ts";
import { resolveMap } from "./map/settings.ts";
import { mapPixels } from "./map.ts";
import { resolveOptions } from "./options/options.ts";
import { attack } from "./run.ts";

const classifier = nodeRegistry().default;
const module = kernelModule();
const { labels, input } = classifier.manifest;
const bounds = { ...input, labels, maxBudget: 100_000 };
/** An image that one pixel can fool in few of its corner colours. */
const { image } = evaluationImage(evaluationFile(), 1);

const CORNERS = [0x000000, 0x0000ff, 0x00ff00, 0x00ffff, 0xff0000, 0xff00ff, 0xffff00, 0xffffff];

/** Every pixel × every corner colour, drawn here, and classified by onnxruntime in batches. */
async function bruteForce(): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  const size = image.data.length;
  for (let position = 0; position < 1024; position++) {
    const batch = new Float32Array(CORNERS.length * size);
    for (const [index, colour] of CORNERS.entries()) {
      const data = image.data.slice();
      data.set([colour >> 16, (colour >> 8) & 255, colour & 255], position * 3);
      batch.set(renderTensor({ ...image, data }, input), index * size);
    }
    const answers = await classifier.classify(batch, CORNERS.length);
    for (let index = 0; index < CORNERS.length; index++) {
      rows.push(answers.slice(index * labels.length, (index + 1) * labels.length));
    }
  }
  return rows;
}

describe("the shipped classifier", () => {
  let result: MapResult;
  beforeAll(async () => {
    const settings = resolveMap({}, bounds);
    result = await mapPixels({ classifier, kernelModule: module, image, settings });
  });

  test("the map is what onnxruntime alone says to each image", async () => {
    const rows = await bruteForce();
    const expected = rows.flatMap((row, index) => {
      const answer = labels[row.indexOf(Math.max(...row))]!;
      if (answer === "ship") return [];
      const colour = `#${CORNERS[index % 8]!.toString(16).padStart(6, "0")}`;
      return [[(index >> 3) % 32, index >> 8, colour, answer]];
    });
    expect(expected.length).toBeGreaterThan(3);
    expect(
      result.pixels.flatMap(({ x, y, fooling }) =>
        fooling.map(({ colour, label }) => [x, y, colour, label] as const),
      ),
    ).toEqual(expected);

    const ship = labels.indexOf("ship");
    const margins = rows.map((row) => {
      const others = row.filter((_, label) => label !== ship);
      return Math.log(row[ship]!) - Math.log(Math.max(...others));
    });
    for (const [position, { margin }] of result.pixels.entries()) {
      const smallest = Math.min(...margins.slice(position * 8, position * 8 + 8));
      expect(margin).toBeCloseTo(smallest, 2);
    }
  });

  test("it costs one query a picture, and is a certificate", () => {
    expect(result).toMatchObject({ label: "ship", engine: "incremental", stopped: "exhausted" });
    expect(result.cost).toEqual({ queries: 8192, budget: 8192 });
    const fooling = result.pixels.reduce((sum, pixel) => sum + pixel.fooling.length, 0);
    expect(result.certificate).toEqual({ corners: 8192, fooling });
  });

  test("an exhaustive corner attack with just enough budget has the same certificate", async () => {
    const settings = resolveOptions({ search: "corners", exhaustive: true, budget: 8192 }, bounds);
    const attacked = await attack({ classifier, kernelModule: module, image, settings });
    expect(attacked).toMatchObject({ status: "fooled", stopped: "exhausted" });
    expect(attacked.certificate).toEqual(result.certificate);
  });
});
