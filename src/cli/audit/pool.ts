/** The threads of an audit, fed one attack at a time. */
import { Worker } from "node:worker_threads";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { attackImage, isImageFault, type Task } from "./attack-image.ts";
import type { Answer, ThreadData } from "./thread.ts";

/** Makes attacks. */
export interface Pool {
  /** How many attacks it makes at once. */
  readonly size: number;
  /** @throws InputFault for an image that cannot be read, ThreadFault; Error for an attack that failed */
  run(task: Task): Promise<ImageOutcome>;
  close(): Promise<void>;
}

/** An image that cannot be attacked, through no fault of the program. */
export class InputFault extends Error {
  override readonly name = "InputFault";
}

/** A thread failed, most likely because of too little memory. */
export class ThreadFault extends Error {
  override readonly name = "ThreadFault";

  constructor(cause: unknown) {
    super(`a thread broke: ${(cause as Error).message}; try fewer with --threads`, { cause });
  }
}

interface Waiting {
  readonly resolve: (outcome: ImageOutcome) => void;
  readonly reject: (error: Error) => void;
}

// The build rewrites the endings of imports, and not of URLs.
const THREAD = new URL(`./thread.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);

/**
 * Makes the attacks in this thread: of a remote model, which does its work elsewhere.
 * @param size how many images are attacked at once
 */
export const createLocalPool = (classifier: Classifier, size: number): Pool => ({
  size,
  run: async (task) => {
    try {
      return await attackImage(task, classifier);
    } catch (error) {
      throw isImageFault(error) ? new InputFault((error as Error).message) : error;
    }
  },
  close: async () => {},
});

/** @param size the number of threads; each loads the classifier for itself */
export async function createPool({ manifest, onnx }: Classifier, size: number): Promise<Pool> {
  const workerData: ThreadData = { manifest, onnx: await onnx() };
  const idle: Worker[] = [];
  const queue: { readonly task: Task; readonly waiting: Waiting }[] = [];
  const busy = new Map<Worker, Waiting>();
  let broken: ThreadFault | undefined;
  const feed = () => {
    while (idle.length > 0 && queue.length > 0) {
      const worker = idle.pop()!;
      const { task, waiting } = queue.shift()!;
      busy.set(worker, waiting);
      worker.postMessage(task);
    }
  };
  const workers = Array.from({ length: size }, () => {
    const worker = new Worker(THREAD, { workerData });
    worker.on("message", (answer: Answer) => {
      const waiting = busy.get(worker);
      busy.delete(worker);
      idle.push(worker);
      if ("outcome" in answer) waiting?.resolve(answer.outcome);
      else waiting?.reject(answer.isInput ? new InputFault(answer.problem) : new Error(answer.problem));
      feed();
    });
    worker.on("error", (error) => {
      broken = new ThreadFault(error);
      for (const waiting of [...busy.values(), ...queue.splice(0).map((each) => each.waiting)]) {
        waiting.reject(broken);
      }
    });
    idle.push(worker);
    return worker;
  });
  return {
    size,
    run: (task) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(broken);
        queue.push({ task, waiting: { resolve, reject } });
        feed();
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
