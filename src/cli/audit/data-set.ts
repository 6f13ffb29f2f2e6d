/** The labelled images of an audit. */
import { existsSync } from "node:fs";
import type { AuditDefinition, ImageSet } from "../../core/audit/definition.ts";
import { evaluationSetOf } from "../../core/audit/evaluation-set.ts";
import { evaluationImages, imagesOf, sampleIndices } from "../../core/audit/image-set.ts";
import { decodeImage } from "../../core/image/decode.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import { sha256 } from "../../node/models.ts";
import { evaluationSet, evaluationSets } from "../../node/services.ts";
import { dataSetDigest } from "../../node/sets.ts";
import { readInput } from "../files.ts";
import { UsageError } from "../io.ts";
import { type LabelledFile, readFolder, readTruth } from "./labelled-files.ts";

/** Where an image is: a file, or a place in an evaluation set that ships. */
export type ImageSource = { readonly file: string } | { readonly set: string; readonly index: number };

/** One image of an audit. */
export interface AuditItem {
  /** Its index in the report. */
  readonly index: number;
  /** The file's name with `/`, relative to its folder; null for an evaluation image. */
  readonly name: string | null;
  /** The true label's position among the model's labels. */
  readonly label: number;
  readonly source: ImageSource;
}

/** Labelled images, and what a report says of them. */
export interface DataSet {
  readonly images: ImageSet;
  readonly items: readonly AuditItem[];
  /** Notes for the user, such as skipped files. */
  readonly notes: readonly string[];
}

/** Which images are wanted. */
export interface DataSetOptions {
  /** A folder with a folder a class, or the id of an evaluation set that ships. */
  readonly images?: string | undefined;
  /** A CSV file that gives each file its label. */
  readonly truth?: string | undefined;
  readonly count?: number | undefined;
  readonly seed?: number | undefined;
}

/** The requested number of files: a sample, because the first ones of a folder are all of one class. */
function sampled(files: readonly LabelledFile[], { count, seed = 1 }: DataSetOptions): LabelledFile[] {
  if (count === undefined) {
    if (seed !== 1) throw new UsageError("--image-seed draws a sample: give its size with --count");
    return [...files];
  }
  if (count > files.length)
    throw new UsageError(`--count must be at most ${files.length}, the number of images, not ${count}`);
  return sampleIndices(files.length, count, seed).map((index) => files[index]!);
}

/** @throws UsageError for labels that the model does not have */
function requireKnown(
  files: readonly LabelledFile[],
  labels: readonly string[],
  { images, truth }: DataSetOptions,
) {
  const unknown = [...new Set(files.map(({ label }) => label))].filter((label) => !labels.includes(label));
  if (unknown.length === 0) return;
  const [option, what] =
    truth === undefined ? (["images", "folders"] as const) : (["truth", "labels"] as const);
  const shown = (names: readonly string[]) => names.slice(0, 8).join(", ") + (names.length > 8 ? ", …" : "");
  throw new UsageError(
    `--${option} ${truth ?? images}: the ${what} ${shown(unknown)} are not labels of the model, which has ${shown(labels)}; pass its labels with --labels`,
  );
}

function ownFiles(
  files: readonly LabelledFile[],
  labels: readonly string[],
): Pick<DataSet, "images" | "items"> {
  // One after the other, so that no more than one is in memory.
  const withDigests = files.map((file) => ({ ...file, sha256: sha256(readInput(file.path, "the image")) }));
  return {
    images: { set: "own", count: files.length, sha256: dataSetDigest(withDigests) },
    items: files.map(({ name, label, path }, index) => ({
      index,
      name,
      label: labels.indexOf(label),
      source: { file: path },
    })),
  };
}

function shipped(id: string, manifest: Manifest, { count, seed }: DataSetOptions): DataSet {
  if (!evaluationSets().some((set) => set.manifest.id === id)) {
    throw new UsageError(
      `--images ${id}: the installed package does not contain this set; run the command in a checkout of onepixel, or name a folder`,
    );
  }
  const set = evaluationSet(id);
  const images = imagesOf(set, count ?? set.count, seed ?? null);
  try {
    const items = evaluationImages(images, manifest, set).map(({ index, label }) => ({
      index,
      name: null,
      label,
      source: { set: id, index },
    }));
    return { images, items, notes: [] };
  } catch (cause) {
    throw new UsageError(`--images ${id}: ${(cause as Error).message}`, { cause });
  }
}

/** The id of the evaluation set that ships and that `--images` names; null where it names a folder or nothing. */
function shippedSet(manifest: Manifest, { images, truth }: DataSetOptions): string | null {
  if (truth !== undefined || images === undefined || existsSync(images)) return null;
  const ids = [manifest.evaluation, ...evaluationSets().map((set) => set.manifest.id)];
  return ids.includes(images) ? images : null;
}

/** What to do without images: the sets that a model has here, or a folder. */
function noImages(manifest: Manifest): UsageError {
  const sets = evaluationSets().map((set) => set.manifest);
  const own = evaluationSetOf(sets, manifest)?.id ?? manifest.evaluation;
  return new UsageError(
    `there are no images: name a folder${own === undefined ? "" : ` or ${own}`} with --images, or a CSV file with --truth`,
  );
}

/**
 * Reads the labelled images of an audit.
 * @throws UsageError naming the option, for images without a label of the model, and where there are none
 */
export function readDataSet(manifest: Manifest, options: DataSetOptions): DataSet {
  const id = shippedSet(manifest, options);
  if (id !== null) return shipped(id, manifest, options);
  const { images, truth } = options;
  if (images === undefined && truth === undefined) throw noImages(manifest);
  const { files, skipped } = truth === undefined ? readFolder(images!) : readTruth(truth, images);
  requireKnown(files, manifest.labels, options);
  const notes = skipped === 0 ? [] : [`skipped ${skipped} files without a PNG, JPEG or WebP file name`];
  return { ...ownFiles(sampled(files, options), manifest.labels), notes };
}

/**
 * Sees that every file is an image, before the first attack.
 * @throws UsageError naming the first that is not
 */
export async function requireImages(items: readonly AuditItem[], definition: AuditDefinition): Promise<void> {
  for (const item of items) {
    if (!("file" in item.source)) continue;
    try {
      await decodeImage(readInput(item.source.file, "the image"));
    } catch (cause) {
      throw new UsageError(`${describeItem(item, definition)}: ${(cause as Error).message}`, { cause });
    }
  }
}

/** What a message calls an image. */
export const describeItem = ({ name, index }: AuditItem, { images }: AuditDefinition): string =>
  name ?? `image ${index} of ${images.set}`;
