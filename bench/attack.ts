/** Queries a second of whole attacks, and the kernel's share of one. */

import { kernelSearch } from "../src/core/attack/options/kernel-search.ts";
import { resolveOptions } from "../src/core/attack/options/options.ts";
import { attack } from "../src/core/attack/run.ts";
import { evaluationImage } from "../src/core/audit/evaluation-set.ts";
import { createKernel, type Kernel } from "../src/core/kernel/kernel.ts";
import type { LocalEngine } from "../src/core/oracle/oracle.ts";
import { evaluationFile, kernelModule, nodeRegistry } from "../src/node/services.ts";
import type { Contestant, Figure } from "./measure.ts";

const BATCH = 16;
const BUDGET = 400;

const registry = nodeRegistry();
const classifier = registry.default;
const { manifest } = classifier;
const module = kernelModule();
const { image, label } = evaluationImage(evaluationFile(), 0);

/** A search that no success ends: every attack is `BUDGET` queries long. */
const settings = resolveOptions(
  {
    search: "de",
    preset: "paper",
    pixels: 1,
    budget: BUDGET,
    label: manifest.labels[label],
    engine: "onnxruntime",
  },
  { ...manifest.input, labels: manifest.labels, maxBudget: BUDGET },
);

function newKernel(): Kernel {
  const { layout, scale, mean, std } = manifest.input;
  const format = { layout, scale, mean, std };
  const search = kernelSearch(settings, image);
  return createKernel({ module, image, pixels: 1, chunk: BATCH, budget: BUDGET, format, search });
}

/** Ask, render and tell, with losses that cost nothing: the kernel's part of an attack alone. */
function kernelAlone(): number {
  const kernel = newKernel();
  kernel.begin(1);
  let queries = 0;
  while (queries < BUDGET) {
    const candidates = kernel.ask(BATCH);
    if (candidates.count === 0) break;
    kernel.render(candidates);
    kernel.tell(Float64Array.from({ length: candidates.count }, (_, index) => 1 / (1 + queries + index)));
    queries += candidates.count;
  }
  return queries;
}

/** Whole attacks through either engine, and the kernel alone. */
export function attackContestants(): Contestant[] {
  const attackThrough = (engine: LocalEngine) => async () =>
    (await attack({ classifier, kernelModule: module, image, settings: { ...settings, engine } })).cost
      .queries;
  return [
    { name: "attack/onnxruntime", work: attackThrough("onnxruntime") },
    { name: "attack/incremental", work: attackThrough("incremental") },
    { name: "kernel", work: kernelAlone },
  ];
}

/** The figures, with what part of an attack through onnxruntime the kernel takes. */
export function withKernelShare(figures: readonly Figure[]): Figure[] {
  const whole = figures.find(({ name }) => name === "attack/onnxruntime")!;
  return figures.map((figure) =>
    figure.name === "kernel" ? { ...figure, share: whole.perSecond / figure.perSecond } : figure,
  );
}
