/** A thread of an evaluation: attacks one evaluation image after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { ImageOutcome } from "../../src/core/audit/outcome.ts";
import { evaluationSet, kernelModule } from "../../src/node/services.ts";
import { attackEvaluationImage, type Task } from "./attack-image.ts";
import { openClassifier } from "./model.ts";

export type Prediction = { readonly outcome: ImageOutcome } | { readonly problem: string };

/** What a thread attacks: a classifier, by id or folder, and an evaluation set, by id. */
export interface ThreadData {
  readonly model: string;
  readonly set: string;
}

const attacked = workerData as ThreadData;
const classifier = await openClassifier(attacked.model);
const module = kernelModule();
const set = evaluationSet(attacked.set);

parentPort!.on("message", async (task: Task) => {
  try {
    const outcome = await attackEvaluationImage(task, classifier, set, module);
    parentPort!.postMessage({ outcome } satisfies Prediction);
  } catch (error) {
    parentPort!.postMessage({ problem: String(error) } satisfies Prediction);
  }
});
