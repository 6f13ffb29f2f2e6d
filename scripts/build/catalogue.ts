/** What the Worker reads on demand: models, reports, samples and evaluation sets, with what it knows of them before. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type AuditReport, unreadable } from "../../src/core/audit/report.ts";
import type { ModelEntry } from "../../src/core/model/entry.ts";
import type { Runtime } from "../../src/core/model/runtime.ts";
import { readModels, sha256 } from "../../src/node/models.ts";
import { PLANES_FILE, type SampleFile, type SetFolder } from "../../src/node/sets.ts";
import type { Asset, Catalogue, EvaluationAssets } from "../../src/worker/assets.ts";
import { probe } from "./probe.ts";
import { requireSets } from "./require-sets.ts";

/** A limit of Cloudflare's: https://developers.cloudflare.com/workers/platform/limits/#static-assets */
const MOST_MEBIBYTES = 25;
const MEBIBYTE = 2 ** 20;

export interface BuiltCatalogue {
  readonly catalogue: Catalogue;
  /** The files to be written, by their paths in the folder of the static assets. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The report that `npm run audit` made of this very model, in this version's format; any other is left out. */
function readReport(models: string, { manifest, sha256 }: ModelEntry): Uint8Array | null {
  const file = join(models, manifest.id, "audit.json");
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  const report: AuditReport = JSON.parse(bytes.toString("utf8"));
  const fault = report.model?.sha256 === sha256 ? unreadable(report) : "is of another model.onnx";
  if (fault === null) return bytes;
  console.warn(`${file}: ${fault}; it is left out. npm run audit makes it again.`);
  return null;
}

/** The images that come with the models. */
export interface ImageSets {
  readonly samples: readonly SampleFile[];
  readonly evaluations: readonly SetFolder[];
}

/**
 * Makes the catalogue of a models folder. Every model is asked once, so that one that does not fit its manifest stops
 * the build.
 * @throws ManifestError or ModelError if a model cannot be served, with the file and the reason
 */
export async function readCatalogue(
  models: string,
  { samples, evaluations }: ImageSets,
  runtime: Runtime,
): Promise<BuiltCatalogue & { readonly entries: readonly ModelEntry[] }> {
  const files = new Map<string, Uint8Array>();
  /** @param path below models/ */
  const add = (bytes: Uint8Array, ...path: string[]): Asset => {
    const mebibytes = bytes.length / MEBIBYTE;
    if (mebibytes > MOST_MEBIBYTES) {
      const most = `${MOST_MEBIBYTES} MiB, the most that a static asset of a Worker may have`;
      throw new Error(`${join(models, ...path)}: has ${mebibytes.toFixed(1)} MiB, over ${most}`);
    }
    files.set(join("models", ...path), bytes);
    return { path: ["/models", ...path.map(encodeURIComponent)].join("/"), sha256: sha256(bytes) };
  };

  const entries = readModels(models);
  const catalogue = {
    models: [] as Catalogue["models"][number][],
    reports: [] as Catalogue["reports"][number][],
  };
  for (const entry of entries) {
    const { manifest, sha256 } = entry;
    const { id } = manifest;
    requireSets(manifest, join(models, id, "manifest.json"), { samples, evaluations });
    await probe(entry, join(models, id), runtime);
    const onnx = new Uint8Array(await entry.onnx());
    const asset = add(onnx, id, "model.onnx");
    add(readFileSync(join(models, id, "manifest.json")), id, "manifest.json");
    catalogue.models.push({ manifest, ...asset, bytes: onnx.length, cost: entry.cost() });
    const report = readReport(models, entry);
    if (report) catalogue.reports.push({ model: { id, sha256 }, ...add(report, id, "audit.json") });
  }
  const addSet = ({ manifest: { images, ...manifest }, folder }: SetFolder): EvaluationAssets => {
    const addFile = (file: string) => add(readFileSync(join(folder, file)), "evaluation", manifest.id, file);
    addFile("manifest.json");
    if (images === undefined) return { manifest, planes: addFile(PLANES_FILE) };
    return { manifest, files: images.map(({ label, file }) => ({ label, ...addFile(file) })) };
  };
  return {
    entries,
    files,
    catalogue: {
      ...catalogue,
      samples: samples.map(({ file, ...facts }) => ({
        ...facts,
        ...add(readFileSync(file), "samples", facts.set, basename(file)),
      })),
      evaluations: evaluations.map(addSet),
    },
  };
}

/** Writes the files of a catalogue. @param folder of the static assets */
export function writeAssets({ files }: BuiltCatalogue, folder: string): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
