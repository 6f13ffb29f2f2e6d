/** What a query costs in Node, beside its price. */

import { type AttackInput, resolveOptions } from "../../src/core/attack/options/options.ts";
import { attack } from "../../src/core/attack/run.ts";
import type { LocalEngine } from "../../src/core/oracle/oracle.ts";
import { priceOfQuery } from "../../src/core/oracle/price.ts";
import { kernelModule, nodeRegistry } from "../../src/node/services.ts";
import { median } from "../measure.ts";

const ROUNDS = 5;
/** Million multiply-adds that one round spends. */
const WORK = 20_000;
const CASES: readonly (readonly [LocalEngine, number])[] = [
  ["incremental", 1],
  ["incremental", 3],
  ["incremental", 5],
  ["incremental", 16],
  ["incremental", 64],
  ["incremental", 1024],
  ["onnxruntime", 1],
];

export async function measureQueries(): Promise<void> {
  const classifier = nodeRegistry().default;
  const { input, labels } = classifier.manifest;
  const { width, height, channels } = input;
  const image = { width, height, channels, data: new Uint8Array(width * height * channels).fill(90) };
  const bounds = { ...input, labels, maxBudget: 100_000 };
  const module = kernelModule();
  const target = labels[labels.length - 1]!;
  for (const [engine, pixels] of CASES) {
    const price = priceOfQuery(classifier, engine, pixels);
    const options: AttackInput = { search: "random", stop: "confidence", target, engine, pixels };
    const settings = resolveOptions({ ...options, budget: Math.floor(WORK / price) }, bounds);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      const { cost } = await attack({ classifier, image, settings, kernelModule: module });
      times.push(((performance.now() - start) * 1000) / cost.queries);
    }
    const each = median(times);
    const per = (each / price).toFixed(1);
    console.log(
      `${engine}, k = ${pixels}: ${each.toFixed(0)} µs a query, price ${price.toFixed(2)}, ${per} µs a unit`,
    );
  }
}
