/** Between two pauses lies about the same work, however much a query costs. */
import { expect, test } from "vitest";
import { kernelModule, nodeRegistry } from "../../node/services.ts";
import { priceOfQuery } from "../oracle/price.ts";
import { type AttackInput, resolveOptions } from "./options/options.ts";
import { attack } from "./run.ts";

const classifier = nodeRegistry().get("cifar10-resnet8")!;
const image = { width: 32, height: 32, channels: 3, data: new Uint8Array(3072).fill(90) } as const;
const module = kernelModule();

/** The queries between the pauses of an attack that no success ends. */
async function queriesBetweenPauses(options: AttackInput): Promise<number[]> {
  const bounds = { ...classifier.manifest.input, labels: classifier.manifest.labels, maxBudget: 100_000 };
  const settings = resolveOptions(
    { search: "random", target: "ship", stop: "confidence", ...options },
    bounds,
  );
  const seen: number[] = [];
  const pauses: number[] = [];
  await attack({
    classifier,
    image,
    settings,
    kernelModule: module,
    onProgress: ({ queries }) => void seen.push(queries),
    pause: async () => void pauses.push(seen.at(-1)!),
  });
  expect(pauses).toEqual(seen);
  return seen.slice(1).map((queries, index) => queries - seen[index]!);
}

test.for([
  [{ pixels: 1, budget: 500 }, "incremental", 64],
  [{ pixels: 16, budget: 200 }, "incremental", 15],
  [{ pixels: 1024, budget: 60 }, "incremental", 9],
  [{ pixels: 1, budget: 60, engine: "onnxruntime" }, "onnxruntime", 5],
] as const)("%o: a pause after about 4 ms of work", async ([options, engine, most], { expect }) => {
  const between = await queriesBetweenPauses(options);
  expect(between.length).toBeGreaterThan(2);
  const largest = Math.max(...between);
  expect(largest).toBeLessThanOrEqual(most);
  const work = largest * priceOfQuery(classifier, engine, options.pixels);
  expect(work).toBeLessThanOrEqual(2 * 120);
  expect(work).toBeGreaterThan(35);
});
