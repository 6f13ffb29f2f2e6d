/** An image on a decision boundary, where the incremental oracle's answers are doubtful. */

import { readFileSync } from "node:fs";
import { decodeImage } from "../../src/core/image/decode.ts";
import { encodePng } from "../../src/core/image/png/png.ts";
import { nodeRegistry } from "../../src/node/services.ts";

const STEPS = 1000;

/** A mix of two samples, as PNG: the one whose two highest probabilities are nearest each other. */
export async function tiedImage(): Promise<Uint8Array<ArrayBuffer>> {
  const classifier = nodeRegistry().default;
  const read = (name: string) =>
    decodeImage(new Uint8Array(readFileSync(`models/samples/cifar10/${name}.png`)));
  const [cat, dog] = [await read("cat-3"), await read("dog-5")];
  let nearest = { distance: 1, image: cat };
  for (let step = 0; step <= STEPS; step++) {
    const share = step / STEPS;
    const data = cat.data.map((value, at) => Math.round(value * (1 - share) + dog.data[at]! * share));
    const image = { ...cat, data };
    const [first, second] = (await classifier.probabilities(image)).toSorted((a, b) => b - a);
    const distance = first! - second!;
    if (distance < nearest.distance) nearest = { distance, image };
  }
  return encodePng(nearest.image);
}
