/** A thread of an evaluation: attacks one evaluation image after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { attack } from "../../src/attack/run.ts";
import type { AttackSettings } from "../../src/attack/settings.ts";
import { evaluationImage } from "../../src/audit/evaluation-set.ts";
import type { ImageOutcome } from "../../src/audit/outcome.ts";
import { outcomeOf } from "../../src/audit/outcome-of.ts";
import { fitImage } from "../../src/image/fit.ts";
import { evaluationFile, kernelModule, nodeRegistry } from "../node-services.ts";

/** One attack to make. */
export interface Task {
  /** The image's index in the evaluation set. */
  readonly index: number;
  readonly settings: AttackSettings;
}

export type Answer = { readonly outcome: ImageOutcome } | { readonly problem: string };

const registry = nodeRegistry();
const classifier = registry.get(workerData as string)!;
const { labels, input } = classifier.manifest;
const module = kernelModule();
const file = evaluationFile();

parentPort!.on("message", async ({ index, settings }: Task) => {
  const { label, image } = evaluationImage(file, index);
  try {
    const result = await attack({
      classifier,
      kernelModule: module,
      image: fitImage(image, input),
      settings: { ...settings, label: labels[label]! },
    });
    parentPort!.postMessage({ outcome: outcomeOf(result, index, labels) } satisfies Answer);
  } catch (error) {
    parentPort!.postMessage({ problem: String(error) } satisfies Answer);
  }
});
