import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluationFile, kernelModule, nodeRegistry } from "../../../scripts/node-services.ts";
import { type MapInput, type MapResult, mapPixels, resolveMap } from "../../../src/attack/map.ts";
import { OptionError, resolveOptions } from "../../../src/attack/options.ts";
import { attack } from "../../../src/attack/run.ts";
import { evaluationImage } from "../../../src/audit/evaluation-set.ts";
import { decodePng } from "../../../src/image/png.ts";
import { renderTensor } from "../../../src/model/tensor.ts";
import { image as calm, classifier as glare } from "../http/services.ts";

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

  test("the map is what onnxruntime alone says to every picture", async () => {
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

test("the default budget completes the map of a sample that has near ties", async () => {
  const png = readFileSync(new URL("../../../models/samples/deer-4.png", import.meta.url));
  const image = await decodePng(png, 3);
  const settings = resolveMap({ label: "deer" }, bounds);
  const { pixels, stopped, certificate, cost } = await mapPixels({
    classifier,
    kernelModule: module,
    image,
    settings,
  });
  expect(cost).toEqual({ queries: 8192, budget: 8192 });
  expect(pixels).toHaveLength(1024);
  expect(stopped).toBe("exhausted");
  const fooling = pixels.reduce((sum, pixel) => sum + pixel.fooling.length, 0);
  expect(certificate).toEqual({ corners: 8192, fooling });
});

describe("a classifier of 8×8 images", () => {
  const settings = { label: null, budget: 512, engine: null };
  const request = { classifier: glare, kernelModule: module, image: calm, settings };

  test("fooling colours are those that it falls for, at the pixels that it looks at", async () => {
    const { pixels, certificate, engine } = await mapPixels(request);
    expect(engine).toBe("onnxruntime");
    expect(pixels.map(({ x, y }) => y * 8 + x)).toEqual(Array.from({ length: 64 }, (_, index) => index));
    const fooling = pixels.filter((pixel) => pixel.fooling.length > 0);
    expect(fooling.map(({ x, y }) => [x, y])).toEqual(
      [2, 3, 4, 5].flatMap((y) => [2, 3, 4, 5].map((x) => [x, y])),
    );
    for (const { fooling: colours, margin } of fooling) {
      expect(colours).toEqual([{ colour: "#ff00ff", label: "glaring", probability: 0.75 }]);
      expect(margin).toBeCloseTo(Math.log(0.25 / 0.75), 5);
    }
    expect(certificate).toEqual({ corners: 512, fooling: 16 });
  });

  test("a map that is stopped early holds finished pixels only, and certifies nothing", async () => {
    const controller = new AbortController();
    let pauses = 0;
    const pause = async () => {
      if (++pauses === 4) controller.abort();
    };
    const result = await mapPixels({ ...request, signal: controller.signal, pause });
    expect(result).toMatchObject({ stopped: "aborted", certificate: null });
    expect(result.cost.queries).toBeLessThan(300);
    expect(result.pixels.length).toBeLessThan(64);
  });

  test("an image that is misclassified from the start is not mapped", async () => {
    const result = await mapPixels({ ...request, settings: { ...settings, label: "glaring" } });
    expect(result).toMatchObject({ label: "glaring", pixels: [], stopped: null, certificate: null });
    expect(result.cost.queries).toBe(0);
  });
});

test.for([
  ["budget", { budget: 8191 }, bounds],
  ["budget", { budget: 100_001 }, bounds],
  ["label", { label: "zebra" }, bounds],
  ["model", {}, { ...bounds, width: 224, height: 224 }],
] as [string, MapInput, typeof bounds][])("%s is refused: %o", ([field, options, limits], { expect }) => {
  const refused = () => resolveMap(options, limits);
  expect(refused).toThrow(OptionError);
  expect(refused).toThrow(new RegExp(`^${field}`));
});
