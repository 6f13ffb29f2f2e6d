/** Evaluation threads, one a processor, fed one task at a time. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { ImageOutcome } from "../../src/core/audit/outcome.ts";
import type { Task } from "./attack-image.ts";
import type { Prediction, ThreadData } from "./worker.ts";

export interface Pool {
  /** Queues a task. @throws Error with the attack's own message if it fails */
  run(task: Task): Promise<ImageOutcome>;
  close(): Promise<void>;
}

interface Waiting {
  readonly task: Task;
  readonly resolve: (outcome: ImageOutcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * @param model the classifier to attack, by id or folder
 * @param set the id of the evaluation set with the images
 */
export function createPool(model: string, set: string): Pool {
  const queue: Waiting[] = [];
  const idle: Worker[] = [];
  const busy = new Map<Worker, Waiting>();

  const feed = () => {
    while (idle.length > 0 && queue.length > 0) {
      const worker = idle.pop()!;
      const waiting = queue.shift()!;
      busy.set(worker, waiting);
      worker.postMessage(waiting.task);
    }
  };
  const settle = (worker: Worker, act: (waiting: Waiting) => void) => {
    const waiting = busy.get(worker);
    busy.delete(worker);
    if (waiting) act(waiting);
  };
  const workers = Array.from({ length: availableParallelism() }, () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: { model, set } satisfies ThreadData,
    });
    worker.on("message", (answer: Prediction) => {
      settle(worker, ({ resolve, reject }) =>
        "outcome" in answer ? resolve(answer.outcome) : reject(new Error(answer.problem)),
      );
      idle.push(worker);
      feed();
    });
    worker.on("error", (error) => settle(worker, ({ reject }) => reject(error as Error)));
    idle.push(worker);
    return worker;
  });
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        queue.push({ task, resolve, reject });
        feed();
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
