/** The sets of images in a models folder: samples/ and evaluation/, a folder for each set. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import { ManifestError } from "../core/model/manifest.ts";
import type { SampleFacts } from "../core/model/registry.ts";
import { parseSetManifest, type SetManifest } from "../core/model/set-manifest.ts";
import { sha256 } from "./models.ts";

/** A set of images on disk. */
export interface SetFolder {
  readonly manifest: SetManifest;
  readonly folder: string;
}

/** The file with all images of a set in format `planes`. */
export const PLANES_FILE = "images.bin";

/**
 * The set in a folder.
 * @throws ManifestError for a manifest that is missing or wrong, or one that names a file that is missing
 */
export function readSet(folder: string): SetFolder {
  const file = join(folder, "manifest.json");
  if (!existsSync(file))
    throw new ManifestError(`${file}: is missing; it must say the images' labels, licence and source`);
  const manifest = parseSetManifest(readFileSync(file, "utf8"), file, parse(folder).base);
  const files = manifest.images?.map((image) => image.file) ?? [PLANES_FILE];
  const missing = files.find((name) => !existsSync(join(folder, name)));
  if (missing !== undefined) throw new ManifestError(`${file}: there is no ${missing} beside it`);
  return { manifest, folder };
}

/**
 * Every set below a folder, by id; none where there is no such folder.
 * @throws ManifestError as `readSet`
 */
export function readSets(folder: string): SetFolder[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => readSet(join(folder, name)));
}

/** A sample on disk. */
export interface SampleFile extends SampleFacts {
  readonly file: string;
}

/**
 * The samples of some sets, in the order of their manifests. A sample's name is its file's, without the ending.
 * @throws ManifestError for a set of another format than `files`, and for two samples of one name
 */
export function samplesOf(sets: readonly SetFolder[]): SampleFile[] {
  const samples = sets.flatMap(({ manifest, folder }) => {
    if (manifest.images === undefined)
      throw new ManifestError(`${join(folder, "manifest.json")}: samples must have the format "files"`);
    return manifest.images.map((image): SampleFile => {
      const file = join(folder, image.file);
      const { title, author, licenceUrl, licence = manifest.licence, source = manifest.source } = image;
      return {
        name: parse(image.file).name,
        label: image.label,
        set: manifest.id,
        ...(title !== undefined && { title }),
        ...(author !== undefined && { author }),
        licence,
        ...(licenceUrl !== undefined && { licenceUrl }),
        source,
        sha256: sha256(readFileSync(file)),
        file,
      };
    });
  });
  const files = new Map<string, string>();
  for (const { name, file } of samples) {
    const other = files.get(name);
    if (other !== undefined) throw new ManifestError(`${file} and ${other}: two samples have one name`);
    files.set(name, file);
  }
  return samples;
}

/**
 * A digest of labelled files: SHA-256 of one line of JSON for each file in the order of the names, `[name, label, SHA-256 of
 * the bytes]`.
 */
export function dataSetDigest(
  files: readonly { readonly name: string; readonly label: string; readonly sha256: string }[],
): string {
  const hash = createHash("sha256");
  for (const { name, label, sha256: own } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${JSON.stringify([name, label, own])}\n`);
  }
  return hash.digest("hex");
}
