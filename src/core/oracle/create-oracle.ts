import { OnepixelError } from "../errors.ts";
import { createKernel, type Kernel, type KernelOptions } from "../kernel/kernel.ts";
import { KernelMemoryError } from "../kernel/memory.ts";
import type { InferencePlan } from "../kernel/plan.ts";
import type { Classifier } from "../model/classifier.ts";
import { type ConfirmingOracle, createConfirmingOracle } from "./confirming.ts";
import { createIncrementalOracle } from "./incremental.ts";
import { AGREEMENT } from "./near-tie.ts";
import { type Engine, type LocalEngine, referenceOf } from "./oracle.ts";
import { priceOfQuery } from "./price.ts";
import { createReferenceOracle } from "./reference.ts";
import { createSourceOracle, createSourceReference, type SourceOracle } from "./source/oracle.ts";
import { createResampler } from "./source/resampler.ts";
import type { TieAllowance } from "./tie-allowance.ts";

/** The maximum number of floats in a rendered chunk: 4 MiB. */
const CHUNK_FLOATS = 2 ** 20;
/** The maximum number of candidates in a chunk: larger batches are no faster, and progress would be coarser. */
const MAX_CHUNK = 16;

/** The option `engine` names an oracle that this classifier or image cannot use. */
export class OracleError extends OnepixelError {
  override readonly name = "OracleError";

  constructor(message: string) {
    super("unsupported-engine", message, { field: "engine" });
  }
}

/** The oracle of one attack, and the kernel whose candidates it classifies. */
export interface AttackOracle {
  readonly kernel: Kernel;
  readonly oracle: ConfirmingOracle;
  /** Queries between two pauses: about 4 milliseconds of work. */
  readonly slice: number;
}

/**
 * Work between two pauses, in millions of multiply-adds: about 4 milliseconds of one core, see price.ts.
 * With one pixel they are faster, because most values in late layers are zero.
 */
const SLICE_WORK = { onePixel: 120, other: 75 } as const;
/** The maximum number of queries between two pauses; with the reference oracle at most one chunk. */
const MOST_QUERIES = { incremental: 64, onnxruntime: MAX_CHUNK, remote: MAX_CHUNK } as const;

function sliceOf({ classifier, image, pixels }: OracleOptions, engine: Engine): number {
  const work = SLICE_WORK[engine === "incremental" && pixels === 1 ? "onePixel" : "other"];
  const queries = Math.floor(work / priceOfQuery(classifier, engine, pixels, image));
  return Math.max(1, Math.min(queries, MOST_QUERIES[engine], classifier.remote?.parallel ?? queries));
}

export interface OracleOptions extends Omit<KernelOptions, "chunk" | "format" | "plan"> {
  readonly classifier: Classifier;
  /** The oracle to use; null for the incremental one if possible, and for a remote model. */
  readonly engine: LocalEngine | null;
  /** The reference's prediction for the clean image. */
  readonly clean: Float32Array;
  /** How many near ties onnxruntime may decide. */
  readonly ties: TieAllowance;
}

function kernelFor({ classifier, ...options }: OracleOptions, plan?: InferencePlan): Kernel {
  const { layout, scale, mean, std } = classifier.manifest.input;
  return createKernel({
    ...options,
    chunk: Math.max(1, Math.min(MAX_CHUNK, Math.floor(CHUNK_FLOATS / options.image.data.length))),
    format: { layout, scale, mean, std },
    ...(plan && { plan }),
  });
}

/** What needs kernel memory; null if there is not enough. */
function fitting<T>(create: () => T): T | null {
  try {
    return create();
  } catch (error) {
    if (error instanceof KernelMemoryError) return null;
    throw error;
  }
}

/** Whether the image is attacked in pixels of its own: it has another size than the classifier's. */
function isSource({ image, classifier }: OracleOptions): boolean {
  const { width, height } = classifier.manifest.input;
  return image.width !== width || image.height !== height;
}

/** The search's kernel, incremental inference, and its probabilities of the unchanged image. */
interface Incremental extends SourceOracle {
  readonly kernel: Kernel;
}

function createIncremental(options: OracleOptions, plan: InferencePlan): Incremental {
  if (isSource(options)) {
    const { classifier, module, image, pixels } = options;
    const resampler = createResampler(image, classifier.manifest.input);
    const source = createSourceOracle(module, plan, classifier, resampler, pixels);
    return { ...source, kernel: kernelFor(options) };
  }
  const kernel = kernelFor(options, plan);
  const { clean, infer } = kernel;
  if (!clean || !infer) throw new Error("A kernel with a plan has inference.");
  return { kernel, clean, oracle: createIncrementalOracle({ infer }) };
}

/** Why two predictions for one image differ; null if they agree. */
function disagreement(reference: Float32Array, other: Float32Array): string | null {
  const largest = reference.reduce(
    (most, value, label) => Math.max(most, Math.abs(value - other[label]!)),
    0,
  );
  if (largest <= AGREEMENT) return null;
  return `differs from onnxruntime by ${largest.toPrecision(2)} in a probability of the clean image`;
}

/** The incremental oracle with its kernel, or the reason why this classifier or image cannot use it. */
export async function incrementalOracle(options: OracleOptions): Promise<AttackOracle | string> {
  const { classifier, image, ties } = options;
  const compiled = await classifier.compile();
  if ("unsupported" in compiled) return compiled.unsupported;
  const incremental = fitting(() => createIncremental(options, compiled.plan));
  if (incremental === null) return "needs more memory, together with this search, than a kernel may use";
  const { kernel, clean } = incremental;
  const oracle = createConfirmingOracle(incremental.oracle, classifier, image, ties);
  return disagreement(options.clean, clean) ?? { kernel, oracle, slice: sliceOf(options, "incremental") };
}

/**
 * Creates the kernel and the oracle of an attack. An image of another size than the classifier's is attacked in pixels of its
 * own, and resized for each query.
 * @throws OracleError if `engine` names one that this classifier cannot use; KernelMemoryError
 */
export async function createOracle(options: OracleOptions): Promise<AttackOracle> {
  const { classifier, image, ties } = options;
  const reference = referenceOf(classifier);
  if (reference === "remote" && options.engine !== null) {
    throw new OracleError("runs behind a URL, so no local engine can run it");
  }
  if (reference === "onnxruntime" && options.engine !== "onnxruntime") {
    const incremental = await incrementalOracle(options);
    if (typeof incremental !== "string") return incremental;
    if (options.engine === "incremental") throw new OracleError(incremental);
  }
  const kernel = kernelFor(options);
  const oracle = isSource(options)
    ? createSourceReference(classifier, createResampler(image, classifier.manifest.input))
    : createReferenceOracle(classifier, kernel);
  const slice = sliceOf(options, reference);
  return { kernel, oracle: createConfirmingOracle(oracle, classifier, image, ties), slice };
}
