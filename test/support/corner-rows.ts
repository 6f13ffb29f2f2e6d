import { readFileSync } from "node:fs";
import { decodePng } from "../../src/core/image/png/png.ts";
import type { Raster } from "../../src/core/image/raster.ts";
import { createKernel } from "../../src/core/kernel/kernel.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";
import { kernelModule } from "../../src/node/services.ts";

/** The corner colours in ascending order. */
const CORNERS = [0x000000, 0x0000ff, 0x00ff00, 0x00ffff, 0xff0000, 0xff00ff, 0xffff00, 0xffffff];

/** A change of one pixel to a corner colour, and what incremental inference, asked directly, says to it. */
export interface Corner {
  readonly position: number;
  readonly colour: number;
  readonly row: Float32Array;
}

/** A shipped sample's image. */
export function sample(name: string): Promise<Raster> {
  return decodePng(readFileSync(new URL(`../../models/samples/cifar10/${name}.png`, import.meta.url)), 3);
}

/** Every pixel × every corner colour, in reading order and by colour, without any search or oracle. */
export async function cornerRows({ compile, manifest }: Classifier, image: Raster): Promise<Corner[]> {
  const compiled = await compile();
  if ("unsupported" in compiled) throw new Error(compiled.unsupported);
  const { layout, scale, mean, std } = manifest.input;
  const { infer } = createKernel({
    module: kernelModule(),
    image,
    pixels: 1,
    chunk: CORNERS.length,
    budget: 1,
    format: { layout, scale, mean, std },
    search: { search: "random" },
    plan: compiled.plan,
  });
  const labels = manifest.labels.length;
  return Array.from({ length: image.width * image.height }, (_, position) => {
    const encoded = Uint32Array.from(CORNERS.flatMap((colour) => [position, colour]));
    const rows = infer!({ count: CORNERS.length, pixels: 1, encoded });
    return CORNERS.map((colour, i) => ({ position, colour, row: rows.slice(i * labels, (i + 1) * labels) }));
  }).flat();
}

/** The image with the one pixel changed. */
export function changed(image: Raster, { position, colour }: Corner): Raster {
  const data = image.data.slice();
  data.set([colour >> 16, (colour >> 8) & 255, colour & 255], position * 3);
  return { ...image, data };
}

/** The labels' indices, the likeliest first. */
export function ranked(row: Float32Array): [number, number] {
  const order = [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b);
  return [order[0]!, order[1]!];
}
