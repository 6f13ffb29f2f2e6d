/** Labelled images of noise, in a folder a class. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { classify, encodePng, type Model, type Raster } from "../../src/node/index.ts";

/** Noise that is the same on every machine, with a dark or bright ground so that classes differ. */
function noise(side: number, channels: 1 | 3, seed: number): Raster {
  let state = seed + 1;
  const ground = (seed * 53) % 160;
  const data = Uint8Array.from({ length: side * side * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ground + (state >>> 24) / 3;
  });
  return { width: side, height: side, channels, data };
}

/**
 * Writes images into a folder for each label that a model gives them, so that it is right on all but every tenth.
 * @returns their names with their labels, in the order of the names
 */
export async function writePhotos(folder: string, model: Model, count: number): Promise<[string, string][]> {
  const { labels, input } = model.manifest;
  const photos: [string, string][] = [];
  for (let index = 0; index < count; index++) {
    const png = encodePng(noise(input.width, input.channels, index));
    const { label } = await classify(model, png);
    const folderName = index % 10 === 9 ? labels[(labels.indexOf(label) + 1) % labels.length]! : label;
    const name = `${folderName}/${String(index).padStart(3, "0")}.png`;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), png);
    photos.push([name, folderName]);
  }
  return photos.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
