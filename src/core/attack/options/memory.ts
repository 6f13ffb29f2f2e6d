/** The memory of an attack, before it runs. */
import { touchedPixels } from "../../oracle/source/axis.ts";
import type { Priced } from "./work.ts";

type PixelSettings = { readonly pixels: number } | { readonly pixels: "min"; readonly maxPixels: number };

/**
 * Bytes that incremental inference takes for an attack with these settings: the classifier's weights and activations, in a
 * memory of the attack's own. 0 with another engine, whose memory all attacks share.
 */
export async function inferenceBytes(
  { classifier, engine, image }: Priced,
  settings: PixelSettings,
): Promise<number> {
  if (engine !== "incremental") return 0;
  const compiled = await classifier.compile();
  if ("unsupported" in compiled) return 0;
  const { input } = classifier.manifest;
  const pixels = settings.pixels === "min" ? settings.maxPixels : settings.pixels;
  const touched = Math.ceil(pixels * (image ? touchedPixels(image, input) : 1));
  return compiled.plan.room(Math.min(touched, input.width * input.height)).bytes;
}
