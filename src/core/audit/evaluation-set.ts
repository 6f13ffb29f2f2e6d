import { decodeImage } from "../image/decode.ts";
import type { Raster } from "../image/raster.ts";
import type { SetManifest } from "../model/set-manifest.ts";

/** What is known of an evaluation set before one of its images is read. */
export type EvaluationManifest = Omit<SetManifest, "images">;

/** Labelled images to measure classifiers on. */
export interface EvaluationSet extends EvaluationManifest {
  /** The label of an image, by name. @throws RangeError if there is none of this index */
  labelOf(index: number): string;
  /** The image of an index. @throws RangeError if there is none */
  image(index: number): Promise<Raster>;
}

/** An evaluation set that is read when it is first needed. */
export interface StoredEvaluationSet extends EvaluationManifest {
  readonly open: () => Promise<EvaluationSet>;
}

/** A classifier that lacks labels of an evaluation set. */
export class MissingLabelError extends Error {
  override readonly name = "MissingLabelError";
}

/** Width, height and channels of all images of a set in format `planes`. */
export type PlanesFormat = Required<Pick<EvaluationManifest, "width" | "height" | "channels">>;

const CIFAR10: PlanesFormat = { width: 32, height: 32, channels: 3 };

const noImage = (count: number, index: number) =>
  new RangeError(`The evaluation set has ${count} images: there is no image ${index}.`);

/**
 * Opens an evaluation set in format `planes`.
 * @throws RangeError if the manifest does not fit the file
 */
export function openPlanes(manifest: EvaluationManifest, file: ArrayBuffer): EvaluationSet {
  const { id, labels, count, width, height, channels } = manifest;
  if (width === undefined || height === undefined || channels === undefined) {
    throw new RangeError(`The evaluation set ${id} must say width, height and channels.`);
  }
  const format = { width, height, channels };
  const expected = count * recordBytes(format);
  if (file.byteLength !== expected) {
    const told = `${count} images of ${width}×${height} pixels with ${channels} channels`;
    throw new RangeError(
      `The evaluation set ${id} has ${file.byteLength} bytes; ${told} have ${expected}. Correct its manifest.`,
    );
  }
  return {
    ...manifest,
    labelOf(index) {
      const [label = 0] = recordOf(file, index, format);
      const name = labels[label];
      if (name === undefined)
        throw new RangeError(`Image ${index} of ${id} has the label ${label}, which has no name.`);
      return name;
    },
    image: async (index) => evaluationImage(file, index, format).image,
  };
}

/** A file of an evaluation set, with the name of its label. */
export interface EvaluationFile {
  readonly label: string;
  readonly read: () => Promise<ArrayBuffer>;
}

/** Opens an evaluation set in format `files`; an image is read and decoded whenever it is asked for. */
export function openFiles(manifest: EvaluationManifest, files: readonly EvaluationFile[]): EvaluationSet {
  const at = (index: number): EvaluationFile => {
    const file = files[index];
    if (file === undefined) throw noImage(files.length, index);
    return file;
  };
  return {
    ...manifest,
    labelOf: (index) => at(index).label,
    image: async (index) => decodeImage(new Uint8Array(await at(index).read())),
  };
}

/**
 * Checks that a classifier has every label of an evaluation set, in any order.
 * @throws MissingLabelError naming the labels that are missing
 */
export function requireLabels({ id, labels }: EvaluationManifest, model: Labelled): void {
  const missing = labels.filter((label) => !model.labels.includes(label));
  if (missing.length === 0) return;
  throw new MissingLabelError(
    `The model ${model.id} lacks labels of the evaluation set ${id}: ${missing.join(", ")}. ` +
      "Choose a model that has them all.",
  );
}

interface Labelled {
  readonly id: string;
  readonly labels: readonly string[];
}

/**
 * The evaluation set of a model: the one that its manifest names, or else the first of which it has all labels.
 * @returns undefined if there is none
 */
export function evaluationSetOf<S extends EvaluationManifest>(
  sets: readonly S[],
  model: Pick<Labelled, "labels"> & { readonly evaluation?: string },
): S | undefined {
  return sets.find(({ id, labels }) =>
    model.evaluation === undefined
      ? labels.every((label) => model.labels.includes(label))
      : id === model.evaluation,
  );
}

/** An image with the index of its true label. */
export interface LabelledImage {
  readonly label: number;
  readonly image: Raster;
}

const recordBytes = ({ width, height, channels }: PlanesFormat) => 1 + width * height * channels;

function recordOf(file: ArrayBuffer, index: number, format: PlanesFormat): Uint8Array {
  const count = evaluationCount(file, format);
  if (!(index >= 0 && index < count)) throw noImage(count, index);
  const bytes = recordBytes(format);
  return new Uint8Array(file, index * bytes, bytes);
}

/** How many images a file in format `planes` holds. */
export function evaluationCount(file: ArrayBuffer, format = CIFAR10): number {
  return file.byteLength / recordBytes(format);
}

/**
 * One image of a file in format `planes`, which generalises CIFAR-10's binary format (Krizhevsky 2009): a label byte,
 * then all bytes of the first channel and so on, rows from top to bottom.
 * @param format of the file; CIFAR-10's by default
 * @throws RangeError if the file has no image of this index
 */
export function evaluationImage(file: ArrayBuffer, index: number, format = CIFAR10): LabelledImage {
  const record = recordOf(file, index, format);
  const { width, height, channels } = format;
  const plane = width * height;
  const data = new Uint8Array(channels * plane);
  for (let position = 0; position < plane; position++) {
    for (let channel = 0; channel < channels; channel++) {
      data[position * channels + channel] = record[1 + channel * plane + position]!;
    }
  }
  return { label: record[0]!, image: { width, height, channels, data } };
}
