/**
 * What the kernel's module exports for searches, rendering and inference (assembly/index.ts). Addresses are bytes
 * into `memory`; booleans are 0 or 1; u64 are bigint.
 */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  /** Address of the u32 that the Workers runtime sets when the invocation's CPU time is almost used up. */
  readonly __instance_signal: WebAssembly.Global;

  reserveImage(width: number, height: number, channels: number): number;
  reserveQueried(budget: number, pixels: number): void;
  reserveChunk(chunk: number, pixels: number): void;
  reserveTensor(chunk: number, pixels: number, channelsLast: number): void;
  reserveDe(largestPopulation: number): void;
  reserveMarks(): void;
  reserveSparseRs(): void;
  reserveGuidedRs(): void;
  reserveGuided(): void;
  reserveCorners(): void;

  seedRandom(seed: bigint, sequence: bigint): void;
  beginDe(
    population: number,
    generations: number,
    strategy: number,
    smallestFactor: number,
    largestFactor: number,
    crossover: number,
    startsNormal: number,
    readsCorners: number,
  ): void;
  askDe(limit: number): number;
  beginRandom(): void;
  askRandom(limit: number): number;
  beginSparseRs(alpha: number): void;
  beginGuidedRs(strays: number, anyColours: number): void;
  askSparseRs(limit: number): number;
  beginGuided(): void;
  askGuided(limit: number): number;
  beginCorners(): void;
  askCorners(limit: number): number;
  chunkCandidates(): number;
  chunkLosses(): number;
  tell(): void;
  generation(): number;
  ending(): number;

  byteValues(): number;
  tensorValues(): number;
  candidatesToRender(): number;
  renderImage(): void;
  restoreImage(): void;
  renderCandidates(count: number): void;

  reserve(bytes: number): number;
  startInference(arena: number): void;
  inferred(candidate: number): number;
  infer(candidates: number, pixels: number): void;
  restoreClean(): void;

  pixelForms(arena: number): number;
  startBounds(arena: number): void;
  boundForward(y: number, x: number, whole: number): number;
  boundDifferences(): void;
  labelForms(): number;
}

/** Creates a new kernel instance, with nothing reserved. The module imports nothing. */
export function instantiate(module: WebAssembly.Module): KernelExports {
  return new WebAssembly.Instance(module).exports as unknown as KernelExports;
}
