/** The services that the routes need, on the user's own machine. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ranges } from "../../core/attack/options/options.ts";
import { useEnvironment } from "../../core/environment.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import type { Sample } from "../../core/model/registry.ts";
import { kernelFile } from "../../node/modules.ts";
import { readSets, samplesOf } from "../../node/sets.ts";
import { createBodyMemory } from "../../worker/middleware/body-memory.ts";
import { createConcurrencyLimit } from "../../worker/middleware/concurrency-limit.ts";
import { createRateLimit } from "../../worker/middleware/rate-limit.ts";
import { createSpeed } from "../../worker/middleware/speed.ts";
import { createTurns } from "../../worker/middleware/turns.ts";
import type { Services } from "../../worker/services.ts";

/** models/samples of a checkout, for the sources and for the build in its `dist/`; the package has none. */
const SAMPLES = ["../../../models/samples", "../../../../models/samples"].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);

/**
 * A day on one core, in millions of multiply-adds: effectively no limit, because the user serves their own
 * model.
 */
const MOST_WORK = 2_000_000_000;
const MOST_QUERIES = ranges.budget.max;
const MOST_SECONDS = 3600;
/** The maximum number of concurrent requests to the classifier. They take turns on one core. */
const SLOTS = 16;

/** The samples, where there are any. */
function readSamples(): Sample[] {
  const sets = SAMPLES.map((folder) => readSets(folder)).find(({ length }) => length > 0) ?? [];
  return samplesOf(sets).map(({ file, ...facts }) => ({
    ...facts,
    read: async () => new Uint8Array(readFileSync(file)).buffer,
  }));
}

const unreachable = async (): Promise<never> => {
  throw new Error("This route is answered before it gets here.");
};

/** @param version of onepixel */
export function localServices(classifier: Classifier, version: string): Services {
  const { kernel, runtime, pause } = useEnvironment();
  const { manifest } = classifier;
  return {
    version,
    build: createHash("sha256").update(version).update(kernelFile()).digest("hex"),
    registry: {
      classifiers: [classifier],
      default: classifier,
      get: (id) => (id === manifest.id ? classifier : undefined),
    },
    samples: readSamples(),
    kernelModule: kernel,
    audits: {
      create: unreachable,
      status: unreachable,
      next: unreachable,
      outcomes: unreachable,
      remove: unreachable,
    },
    evidence: async () => null,
    withdraw: unreachable,
    evaluations: [],
    tokens: [],
    ready: () => runtime.start(),
    pause: createTurns(pause),
    maxSeconds: MOST_SECONDS,
    rateLimit: createRateLimit(
      { policy: '"compute";q=1000000;w=60', allows: async () => true },
      { policy: '"work";q=1000000;w=60', unit: MOST_WORK, allows: async () => true },
    ),
    concurrencyLimit: createConcurrencyLimit(SLOTS),
    bodyMemory: createBodyMemory(),
    speed: createSpeed(),
    maxBudget: { attack: MOST_QUERIES, targets: MOST_QUERIES, map: MOST_QUERIES, audits: MOST_QUERIES },
    maxWork: { request: MOST_WORK, auditImage: MOST_WORK },
    log: () => {},
    waitUntil: () => {},
  };
}
