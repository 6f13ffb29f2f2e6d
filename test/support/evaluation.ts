import type { Raster } from "../../src/kernel/raster.ts";

/** Image `index` of an evaluation set in CIFAR-10's format: a label byte, then three planes of 32×32. */
export function evaluationImage(set: ArrayBuffer, index: number): { label: number; image: Raster } {
  const area = 32 * 32;
  const bytes = new Uint8Array(set, index * (1 + 3 * area), 1 + 3 * area);
  const data = Uint8Array.from(
    { length: 3 * area },
    (_, place) => bytes[1 + (place % 3) * area + Math.floor(place / 3)]!,
  );
  return { label: bytes[0]!, image: { width: 32, height: 32, channels: 3, data } };
}
