import type { Raster } from "../kernel/raster.ts";

const SIDE = 32;
const PLANE = SIDE * SIDE;
const RECORD = 1 + 3 * PLANE;

/** An image with the index of its true label. */
export interface LabelledImage {
  readonly label: number;
  readonly image: Raster;
}

/** How many images a file in CIFAR-10's binary format holds. */
export function evaluationCount(file: ArrayBuffer): number {
  return file.byteLength / RECORD;
}

/**
 * One image of a file in CIFAR-10's binary format (Krizhevsky 2009): a label byte, then 1,024 red,
 * 1,024 green and 1,024 blue bytes an image, rows from top to bottom.
 * @throws RangeError if the file has no image of this index
 */
export function evaluationImage(file: ArrayBuffer, index: number): LabelledImage {
  if (!(index >= 0 && index < evaluationCount(file))) {
    throw new RangeError(
      `The evaluation set has ${evaluationCount(file)} images: there is no image ${index}.`,
    );
  }
  const record = new Uint8Array(file, index * RECORD, RECORD);
  const data = new Uint8Array(3 * PLANE);
  for (let position = 0; position < PLANE; position++) {
    for (let channel = 0; channel < 3; channel++) {
      data[position * 3 + channel] = record[1 + channel * PLANE + position]!;
    }
  }
  return { label: record[0]!, image: { width: SIDE, height: SIDE, channels: 3, data } };
}
