import { readFileSync } from "node:fs";
import type { Raster } from "../../../src/core/image/raster.ts";
import type { Candidates } from "../../../src/core/kernel/candidates.ts";
import type { Kernel, KernelOptions, TensorFormat } from "../../../src/core/kernel/kernel.ts";
import type { DeSettings } from "../../../src/core/kernel/search-settings.ts";
import { pcg32 } from "./reference-random.ts";

/** The kernel under test; scripts/mutants/kernel.ts puts another in the place of the built one. */
export const kernelModule = new WebAssembly.Module(
  readFileSync(process.env.ONEPIXEL_KERNEL ?? "build/kernel.wasm"),
);

export const paper: DeSettings = {
  search: "de",
  strategy: "rand1",
  population: 400,
  generations: 100,
  mutationFactor: [0.5, 0.5],
  crossover: 1,
  start: "normal",
  colours: "full",
};

export function plainFormat(channels: 1 | 3): TensorFormat {
  const same = (value: number) => Array.from({ length: channels }, () => value);
  return { layout: "NCHW", scale: 1 / 255, mean: same(0), std: same(1) };
}

/** An image of noise. */
export function noise(width: number, height: number, channels: 1 | 3, seed = 1): Raster {
  const random = pcg32(BigInt(seed), 1n);
  const data = Uint8Array.from({ length: width * height * channels }, () => random.below(256));
  return { width, height, channels, data };
}

export function kernelOptions(options: Partial<KernelOptions> = {}): KernelOptions {
  const image = options.image ?? noise(32, 32, 3);
  return {
    module: kernelModule,
    image,
    pixels: 1,
    chunk: 64,
    budget: 40_400,
    format: plainFormat(image.channels),
    search: paper,
    ...options,
  };
}

/** The candidates of a chunk, each a plain list of encoded pixels. */
export function listed(candidates: Candidates): number[][] {
  const size = candidates.pixels * 2;
  return Array.from({ length: candidates.count }, (_, i) => [
    ...candidates.encoded.subarray(i * size, (i + 1) * size),
  ]);
}

/**
 * A smooth landscape with one lowest point and many ties: the squared distance of every changed pixel
 * from a hidden one, in whole numbers.
 */
export function bowl(image: Raster): (encoded: readonly number[]) => number {
  const x0 = Math.floor(image.width / 3);
  const y0 = Math.floor(image.height / 2);
  return (encoded) => {
    let sum = 0;
    for (let i = 0; i < encoded.length; i += 2) {
      const x = encoded[i]! % image.width;
      const y = Math.floor(encoded[i]! / image.width);
      const level = encoded[i + 1]! & 255;
      sum += (x - x0) ** 2 + (y - y0) ** 2 + Math.abs(level - 200) / 8;
    }
    return Math.round(sum);
  };
}

/** Asks and tells until the search is over; `limits` are used in turn. */
export function* chunksOf(
  kernel: Kernel,
  loss: (encoded: readonly number[]) => number,
  limits: readonly number[],
): Generator<{ generation: number; candidates: number[][] }> {
  for (let turn = 0; ; turn++) {
    const chunk = kernel.ask(limits[turn % limits.length]!);
    if (chunk.count === 0) return;
    const candidates = listed(chunk);
    yield { generation: kernel.generation, candidates };
    kernel.tell(candidates.map(loss));
  }
}

/**
 * Where two lists of queries part, or null. Compares without printing the lists: the difference of two long ones
 * takes minutes to print.
 */
export function parting(
  asked: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
): { readonly query: number; readonly asked: unknown; readonly expected: unknown } | null {
  for (let query = 0; query < Math.max(asked.length, expected.length); query++) {
    const [one, other] = [asked[query], expected[query]];
    if (one?.join() !== other?.join()) return { query, asked: one, expected: other };
  }
  return null;
}
