/** Starts the built Worker once for all browser tests. */
import type { TestProject } from "vitest/node";
import { startBuiltWorker } from "../support/built-worker.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the built Worker serves. */
    origin: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { origin, close } = await startBuiltWorker();
  project.provide("origin", origin);
  return close;
}
