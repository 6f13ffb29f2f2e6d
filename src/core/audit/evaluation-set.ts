import type { Raster } from "../image/raster.ts";

const SIDE = 32;
const PLANE = SIDE * SIDE;
const RECORD = 1 + 3 * PLANE;

/** The manifest of an evaluation set: the JSON file next to its images. */
export interface EvaluationManifest {
  /** The set's name in requests, commands and reports. */
  readonly id: string;
  readonly title: string;
  /** How the images are stored: `cifar10`, see `evaluationImage`. */
  readonly format: string;
  /** In the order of the file's label bytes. */
  readonly labels: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly count: number;
  readonly licence: string;
  readonly source: string;
}

/** Labelled images to measure classifiers on. */
export interface EvaluationSet extends EvaluationManifest {
  /** The image of an index, with its true label by name. @throws RangeError if there is none */
  at(index: number): { readonly label: string; readonly image: Raster };
}

/** An evaluation set whose images are read when one of them is first needed. */
export interface StoredEvaluationSet extends EvaluationManifest {
  readonly open: () => Promise<EvaluationSet>;
}

/** A classifier that lacks labels of an evaluation set. */
export class MissingLabelError extends Error {
  override readonly name = "MissingLabelError";
}

/**
 * Opens an evaluation set.
 * @throws RangeError if the manifest does not fit the file
 */
export function openEvaluationSet(manifest: EvaluationManifest, file: ArrayBuffer): EvaluationSet {
  const { id, format, width, height, channels, count, labels } = manifest;
  const found = `format cifar10, ${SIDE}×${SIDE} pixels, 3 channels and ${evaluationCount(file)} images`;
  const told = `format ${format}, ${width}×${height} pixels, ${channels} channels and ${count} images`;
  if (told !== found)
    throw new RangeError(`The evaluation set ${id} has ${found}; its manifest says ${told}.`);
  return {
    ...manifest,
    at(index) {
      const { label, image } = evaluationImage(file, index);
      const name = labels[label];
      if (name === undefined)
        throw new RangeError(`Image ${index} of ${id} has the label ${label}, which has no name.`);
      return { label: name, image };
    },
  };
}

/**
 * Checks that a classifier has every label of an evaluation set, in any order.
 * @throws MissingLabelError naming the labels that are missing
 */
export function requireLabels(
  { id, labels }: EvaluationManifest,
  model: { readonly id: string; readonly labels: readonly string[] },
): void {
  const missing = labels.filter((label) => !model.labels.includes(label));
  if (missing.length === 0) return;
  throw new MissingLabelError(
    `The model ${model.id} lacks labels of the evaluation set ${id}: ${missing.join(", ")}. ` +
      "Choose a model that has them all.",
  );
}

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
