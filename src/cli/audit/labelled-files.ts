/** Images with their labels: in a folder a class, or in a CSV file. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import Papa from "papaparse";
import { readInput } from "../files.ts";
import { UsageError } from "../io.ts";

/** A file with the name of its label. */
export interface LabelledFile {
  readonly path: string;
  /** Relative to the folder, with `/` on every system. */
  readonly name: string;
  readonly label: string;
}

export interface LabelledFiles {
  /** In the order of their names. */
  readonly files: readonly LabelledFile[];
  /** How many files were left out because of their names. */
  readonly skipped: number;
}

const IMAGE = /\.(png|jpe?g|webp)$/i;

const sorted = (files: readonly LabelledFile[]) => files.toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** Whether it is a folder, or a link to one. */
const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** The files in a folder of a class and below it, with their names relative to the folder around it. */
const filesBelow = (folder: string, own: string): string[] =>
  readdirSync(join(folder, own), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length).replaceAll(sep, "/"));

/**
 * The images below a folder; the first folder below it is an image's label. Hidden files are no images.
 * @throws UsageError where there is no such folder, or no image in it, or one that lies in no folder of a class
 */
export function readFolder(folder: string): LabelledFiles {
  if (!isFolder(folder)) {
    throw new UsageError(`--images "${folder}" is neither a folder nor the id of a shipped set`);
  }
  const names = readdirSync(folder)
    .flatMap((name) => (isFolder(join(folder, name)) ? filesBelow(folder, name) : [name]))
    .filter((name) => !/(^|\/)\./.test(name));
  const images = names.filter((name) => IMAGE.test(name));
  const loose = images.find((name) => !name.includes("/"));
  if (loose !== undefined) {
    throw new UsageError(
      `--images ${folder}: ${loose} is not in a label folder; put each image into a folder named after its label, or give the labels with --truth`,
    );
  }
  if (images.length === 0) throw new UsageError(`--images ${folder}: it contains no PNG, JPEG or WebP file`);
  const files = images.map((name) => ({
    name,
    path: join(folder, name),
    label: name.slice(0, name.indexOf("/")),
  }));
  return { files: sorted(files), skipped: names.length - images.length };
}

/**
 * The images that a CSV file names: a line of names with `file` and `label`, then one an image.
 * @param folder the folder that file names are relative to; by default the folder of the CSV file
 * @throws UsageError for a file that cannot be read, lacks a column, names an image twice or one that is not there
 */
export function readTruth(truth: string, folder = dirname(truth)): LabelledFiles {
  if (!existsSync(truth)) throw new UsageError(`--truth "${truth}": there is no such file`);
  const text = Buffer.from(readInput(truth, "--truth"))
    .toString("utf8")
    .replace(/^\uFEFF/, "");
  const { data, errors, meta } = Papa.parse<Record<string, string>>(text, {
    header: true,
    skipEmptyLines: true,
  });
  for (const column of ["file", "label"]) {
    if (!meta.fields?.includes(column)) {
      throw new UsageError(
        `--truth ${truth}: there is no column "${column}"; its first line must name the columns file and label`,
      );
    }
  }
  const [fault] = errors.filter(({ type }) => type !== "Delimiter");
  if (fault) throw new UsageError(`--truth ${truth}: line ${(fault.row ?? 0) + 2}: ${fault.message}`);
  if (data.length === 0) throw new UsageError(`--truth ${truth}: it names no image`);
  const seen = new Set<string>();
  const files = data.map(({ file = "", label = "" }, index) => {
    const name = file.replaceAll("\\", "/");
    const path = join(folder, name);
    const where = `--truth ${truth}: line ${index + 2}`;
    if (seen.has(name)) throw new UsageError(`${where}: ${name} appears twice`);
    if (!existsSync(path) || !statSync(path).isFile())
      throw new UsageError(`${where}: there is no file ${path}`);
    seen.add(name);
    return { name, path, label };
  });
  return { files: sorted(files), skipped: 0 };
}
