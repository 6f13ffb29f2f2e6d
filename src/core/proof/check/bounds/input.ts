import type { ImageFormat } from "../network/network.ts";

/** The input's value for a byte. */
export function inputValueOf(byte: number, { scale, mean, std }: ImageFormat, channel: number): number {
  return (byte * scale - mean[channel]!) / std[channel]!;
}

/** How far an execution may be from it. */
export function inputErrorOf(byte: number, { scale, mean, std }: ImageFormat, channel: number): number {
  return (2 ** -22 * (Math.abs(byte * scale) + Math.abs(mean[channel]!))) / std[channel]! + 2 ** -120;
}
