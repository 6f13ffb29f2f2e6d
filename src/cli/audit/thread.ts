/** A thread of an audit: makes one attack after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { init } from "../../core/environment.ts";
import { loadModel } from "../../core/load-model.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import { nodeModules } from "../../node/modules.ts";
import { attackImage, isImageFault, type Task } from "./attack-image.ts";

/** The model of a thread. */
export interface ThreadData {
  readonly manifest: Manifest;
  readonly onnx: ArrayBuffer;
}

/** A thread's message about its task. */
export type Answer =
  | { readonly outcome: ImageOutcome }
  | { readonly problem: string; readonly isInput: boolean };

init(nodeModules());
const { manifest, onnx } = workerData as ThreadData;
const loaded = loadModel(new Uint8Array(onnx), manifest) as Promise<Classifier>;
// Whoever sends the first task learns of a failure.
loaded.catch(() => {});

parentPort!.on("message", async (task: Task) => {
  let answer: Answer;
  try {
    answer = { outcome: await attackImage(task, await loaded) };
  } catch (error) {
    answer = {
      problem: error instanceof Error ? error.message : String(error),
      isInput: isImageFault(error),
    };
  }
  parentPort!.postMessage(answer);
});
