import { once } from "../exclusive.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { incrementalOracle } from "./create-oracle.ts";
import { type Engine, referenceOf } from "./oracle.ts";

/** The oracle of attacks that name no engine. */
export interface DefaultOracle {
  readonly engine: Engine;
  /** Why the oracle is not the incremental one; null if it is. */
  readonly reason: string | null;
}

/**
 * The oracle that attacks on this classifier use, tested on a mid-grey image. The test runs once, and again
 * after a failure.
 * @throws like `probabilities`
 */
export function defaultOracle(classifier: Classifier, module: WebAssembly.Module): Promise<DefaultOracle> {
  const known = trials.get(classifier);
  if (known !== undefined) return known();
  const trial = once(() => tryIncremental(classifier, module));
  trials.set(classifier, trial);
  return trial();
}

/** The tests of `defaultOracle`, one for each classifier. */
const trials = new WeakMap<Classifier, () => Promise<DefaultOracle>>();

async function tryIncremental(classifier: Classifier, module: WebAssembly.Module): Promise<DefaultOracle> {
  if (referenceOf(classifier) === "remote") return { engine: "remote", reason: "the model is remote" };
  const { width, height, channels } = classifier.manifest.input;
  const image: Raster = {
    width,
    height,
    channels,
    data: new Uint8Array(width * height * channels).fill(128),
  };
  const clean = await classifier.probabilities(image);
  const ties = { left: 0 };
  const options = {
    classifier,
    module,
    image,
    pixels: 1,
    budget: 1,
    search: { search: "random" as const },
    engine: null,
    clean,
    ties,
  };
  const incremental = await incrementalOracle(options);
  return typeof incremental === "string"
    ? { engine: "onnxruntime", reason: incremental }
    : { engine: "incremental", reason: null };
}
