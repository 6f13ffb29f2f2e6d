/** A thread of an evaluation: attacks one evaluation image after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { ImageOutcome } from "../../src/core/audit/outcome.ts";
import { evaluationSet, kernelModule, nodeRegistry } from "../../src/node/services.ts";
import { attackEvaluationImage, type Task } from "./attack-image.ts";

export type Prediction = { readonly outcome: ImageOutcome } | { readonly problem: string };

/** What a thread attacks: the ids of a classifier and of an evaluation set. */
export interface ThreadData {
  readonly model: string;
  readonly set: string;
}

const ids = workerData as ThreadData;
const classifier = nodeRegistry().get(ids.model)!;
const module = kernelModule();
const set = evaluationSet(ids.set);

parentPort!.on("message", async (task: Task) => {
  try {
    const outcome = await attackEvaluationImage(task, classifier, set, module);
    parentPort!.postMessage({ outcome } satisfies Prediction);
  } catch (error) {
    parentPort!.postMessage({ problem: String(error) } satisfies Prediction);
  }
});
