/** Starts the built Worker once for all browser tests. */
import type { TestProject } from "vitest/node";
import { startBuiltWorker } from "../support/built-worker.ts";
import { browserUnwanted } from "./chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the built Worker serves. */
    origin: string;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (browserUnwanted) {
    console.warn("ONEPIXEL_NO_BROWSER=1: the browser tests are left out.");
    return undefined;
  }
  const { origin, close } = await startBuiltWorker();
  project.provide("origin", origin);
  return close;
}
