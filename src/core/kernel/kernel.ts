import type { Raster } from "../image/raster.ts";
import type { Candidates } from "./candidates.ts";
import { type Ending, endingOf } from "./endings.ts";
import { createInference, type Inference } from "./inference.ts";
import { instantiate, type KernelExports } from "./instance.ts";
import { withinMemory } from "./memory.ts";
import type { InferencePlan } from "./plan.ts";
import { requireSearch, requireWhole, type SearchSettings } from "./search-settings.ts";
import { reserveSearch, startSearch } from "./searches.ts";
import { byteTable, type TensorFormat } from "./tensor-format.ts";

export type { TensorFormat };

/** The maximum number of pixels that a candidate changes. */
const MOST_PIXELS = 1024;
/** The maximum width and height of an image, and the maximum number of its pixels. */
const MOST_SIDE = 4096;
const MOST_POSITIONS = 1 << 20;
/** The maximum number of candidates that one kernel remembers. */
const MOST_QUERIES = 1 << 22;
/** The maximum size in bytes of a rendered chunk. */
const MOST_TENSOR_BYTES = 1 << 26;
/** The generator's stream: the one of PCG's published examples. */
const SEQUENCE = 54n;

export interface KernelOptions {
  /** The compiled build/kernel.wasm. */
  readonly module: WebAssembly.Module;
  /** The image under attack: at most 4,096 pixels a side and 1,048,576 in all, as images may have that are decoded. */
  readonly image: Raster;
  /** k, the number of pixels that a candidate changes: 1…1,024, and no more than the image has. */
  readonly pixels: number;
  /** The maximum number of candidates per ask, 1…4,096. */
  readonly chunk: number;
  /** The maximum number of queries; it determines the memory for queried candidates. */
  readonly budget: number;
  readonly format: TensorFormat;
  readonly search: SearchSettings;
  /** The classifier, compiled for images of this size; required for infer(). */
  readonly plan?: InferencePlan;
}

/**
 * The search, the renderer and the inference of one attack. It works only on numbers and knows no label
 * names.
 */
export interface Kernel {
  /** Starts the search, once, from a seed: a whole number from 0 to 2⁵³ − 1. */
  begin(seed: number): void;
  /**
   * The next candidates to query, at most `limit`, all new and all of one generation. If there are none,
   * the search has ended, and `ending` is the reason.
   */
  ask(limit: number): Candidates;
  /** Sets the loss of each candidate of the last ask; lower is better, NaN is an error. */
  tell(losses: ArrayLike<number>): void;
  /** The generation of the last ask; 0 is the initial population. */
  readonly generation: number;
  /** Why the last ask returned no candidate; null if it returned some. */
  readonly ending: Ending | null;
  /**
   * Renders candidates, from this kernel or elsewhere, at most one chunk.
   * @returns count × channels × height × width values, or channels last; valid until the next call
   */
  render(candidates: Candidates): Float32Array;
  /**
   * Classifies candidates by incremental inference, at most one chunk; defined if a plan was given.
   * @returns count × labels probabilities
   */
  infer?(candidates: Candidates): Float32Array;
  /** The probabilities of the unchanged image by incremental inference; defined if a plan was given. */
  readonly clean?: Float32Array;
  /** The most candidates of an ask, and that render or infer take at once. */
  readonly chunk: number;
  /** The Workers runtime has signalled that the CPU time of this invocation is nearly over. */
  readonly signalled: boolean;
}

/**
 * Creates the kernel of one attack and reserves all its memory.
 * @throws RangeError if an option is out of range; KernelMemoryError
 */
export function createKernel(options: KernelOptions): Kernel {
  const { image, pixels, chunk, search } = options;
  const positions = image.width * image.height;
  const { wasm, inference } = reserved(options);
  const chunkCandidates = wasm.chunkCandidates();
  const chunkLosses = wasm.chunkLosses();
  const encoded = new Uint32Array(wasm.memory.buffer, chunkCandidates, chunk * pixels * 2);
  const losses = new Float64Array(wasm.memory.buffer, chunkLosses, chunk);
  const rendered = new Uint32Array(wasm.memory.buffer, wasm.candidatesToRender(), chunk * pixels * 2);
  const slot = positions * image.channels;
  const tensor = new Float32Array(wasm.memory.buffer, wasm.tensorValues(), chunk * slot);
  const signal = new Uint32Array(wasm.memory.buffer, wasm.__instance_signal.value, 1);
  let askSearch: ((limit: number) => number) | null = null;
  let untold = 0;

  return {
    begin(seed) {
      requireWhole("seed", seed, 0, Number.MAX_SAFE_INTEGER);
      if (askSearch !== null) throw new Error("The search has been started: begin() is called once.");
      wasm.seedRandom(BigInt(seed), SEQUENCE);
      askSearch = startSearch(wasm, search);
    },

    ask(limit) {
      requireWhole("limit", limit, 1, Number.MAX_SAFE_INTEGER);
      requireTold(untold);
      if (askSearch === null) throw new Error("The search has not been started: call begin() before ask().");
      untold = askSearch(Math.min(limit, chunk));
      return { count: untold, pixels, encoded: encoded.subarray(0, untold * pixels * 2) };
    },

    tell(told) {
      if (told.length !== untold) {
        throw new RangeError(
          `The last ask returned ${untold} candidates, but ${told.length} losses were passed.`,
        );
      }
      for (let i = 0; i < untold; i++) {
        const loss = told[i]!;
        if (Number.isNaN(loss)) throw new RangeError(`Loss ${i} is not a number.`);
        losses[i] = loss;
      }
      wasm.tell();
      untold = 0;
    },

    get generation() {
      return wasm.generation();
    },

    get ending() {
      return endingOf(wasm.ending());
    },

    render(candidates) {
      requireRenderable(candidates, pixels, chunk, positions);
      wasm.restoreImage();
      rendered.set(candidates.encoded);
      wasm.renderCandidates(candidates.count);
      return tensor.subarray(0, candidates.count * slot);
    },

    ...(inference && {
      clean: inference.clean,
      infer(candidates: Candidates) {
        requireRenderable(candidates, pixels, chunk, positions);
        return inference.query(candidates);
      },
    }),

    chunk,
    get signalled() {
      return signal[0] !== 0;
    },
  };
}

/** An instance with everything reserved and the image rendered. */
function reserved(options: KernelOptions): { wasm: KernelExports; inference: Inference | undefined } {
  const { module, image, pixels, chunk, budget, format, search, plan } = options;
  requireWhole("image width", image.width, 1, MOST_SIDE);
  requireWhole("image height", image.height, 1, MOST_SIDE);
  requireWhole("number of pixels in the image", image.width * image.height, 1, MOST_POSITIONS);
  if (image.channels !== 1 && image.channels !== 3) {
    throw new RangeError(`The image must have 1 or 3 channels, but has ${image.channels}.`);
  }
  const samples = image.width * image.height * image.channels;
  if (image.data.length !== samples) {
    throw new RangeError(`The image must have ${samples} samples, but has ${image.data.length}.`);
  }
  requireWhole("pixels", pixels, 1, Math.min(MOST_PIXELS, image.width * image.height));
  requireWhole("chunk", chunk, 1, 4096);
  requireWhole("budget", budget, 1, MOST_QUERIES);
  if (chunk * samples * 4 > MOST_TENSOR_BYTES) {
    throw new RangeError(`A chunk of ${chunk} images of this size needs more than 64 MiB.`);
  }
  const table = byteTable(format, image.channels);
  requireSearch(search, pixels);

  const wasm = instantiate(module);
  const { imageSamples, inference } = withinMemory(() => {
    const imageSamples = wasm.reserveImage(image.width, image.height, image.channels);
    wasm.reserveQueried(budget, pixels);
    wasm.reserveChunk(chunk, pixels);
    wasm.reserveTensor(chunk, pixels, Number(format.layout === "NHWC"));
    reserveSearch(wasm, search);
    const inference = plan && createInference(wasm, plan, image, format, pixels);
    return { imageSamples, inference };
  });
  new Uint8Array(wasm.memory.buffer, imageSamples, samples).set(image.data);
  new Float32Array(wasm.memory.buffer, wasm.byteValues(), table.length).set(table);
  wasm.renderImage();
  return { wasm, inference };
}

function requireTold(untold: number): void {
  if (untold > 0)
    throw new Error(`The ${untold} candidates of the last ask have no losses yet: call tell().`);
}

function requireRenderable(candidates: Candidates, pixels: number, chunk: number, positions: number): void {
  if (candidates.pixels !== pixels) {
    throw new RangeError(`This kernel renders ${pixels} changed pixels, not ${candidates.pixels}.`);
  }
  requireWhole("candidates", candidates.count, 0, chunk);
  const { encoded } = candidates;
  if (encoded.length !== candidates.count * pixels * 2) {
    throw new RangeError(
      `${candidates.count} candidates need ${candidates.count * pixels * 2} encoded, not ${encoded.length}.`,
    );
  }
  for (let i = 0; i < encoded.length; i += 2) {
    if (encoded[i]! >= positions) throw new RangeError(`Position ${encoded[i]} is outside the image.`);
  }
}
