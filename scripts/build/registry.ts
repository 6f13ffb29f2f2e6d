/** Writes the registry: a TypeScript file that imports every model and sample, so that they are bundled. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { type AuditReport, unreadable } from "../../src/core/audit/report.ts";
import type { ModelEntry } from "../../src/core/model/classifier.ts";
import type { Runtime } from "../../src/core/model/runtime.ts";
import { externalFiles } from "../../src/core/onnx/external-data.ts";
import { readModels, sha256 } from "../../src/node/models.ts";
import { probe } from "./probe.ts";

interface Sample {
  name: string;
  label: string;
  sha256: string;
}

/**
 * The PNG files of samples/, named label-number: `cat-3.png` is a sample named cat-3, of the label cat.
 * @throws Error unless the manifest.json beside them has all of their labels
 */
export function readSamples(folder: string): Sample[] {
  if (!existsSync(folder)) return [];
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest))
    throw new Error(`${manifest}: is missing; it must hold the samples' labels and source`);
  const { labels }: { labels: readonly string[] } = JSON.parse(readFileSync(manifest, "utf8"));
  const collator = new Intl.Collator("en", { numeric: true });
  return readdirSync(folder)
    .filter((file) => file.endsWith(".png"))
    .sort(collator.compare)
    .map((file) => {
      const [, name, label] = /^(([^/]+)-\d+)\.png$/.exec(file) ?? [];
      if (name === undefined || label === undefined) {
        throw new Error(`${join(folder, file)}: a sample must be named label-number.png, such as cat-3.png`);
      }
      if (!labels.includes(label)) {
        throw new Error(`${join(folder, file)}: the label "${label}" is not one of "labels" in ${manifest}`);
      }
      return { name, label, sha256: sha256(readFileSync(join(folder, file))) };
    });
}

/** Whether `npm run audit` made a report of this very model, in this version's format; any other is left out. */
function hasReport(models: string, { manifest, sha256 }: ModelEntry): boolean {
  const file = join(models, manifest.id, "audit.json");
  if (!existsSync(file)) return false;
  const report: AuditReport = JSON.parse(readFileSync(file, "utf8"));
  const fault = report.model?.sha256 === sha256 ? unreadable(report) : "is of another model.onnx";
  if (fault === null) return true;
  console.warn(`${file}: ${fault}; it is left out. npm run audit makes it again.`);
  return false;
}

/**
 * Writes the registry of a models folder.
 * @param models the models folder
 * @param file the TypeScript file to write: it exports `models`, `reports` and `samples`
 * @param sources the folder that holds src/, for the types of what it exports
 * @throws ManifestError or ModelError if a model cannot be served, with the file and the reason
 */
export async function writeRegistry(
  models: string,
  file: string,
  sources: string,
  runtime: Runtime,
): Promise<void> {
  const entries = readModels(models);
  for (const entry of entries) await probe(entry, join(models, entry.manifest.id), runtime);
  const reports = entries.filter((entry) => hasReport(models, entry));
  const samples = readSamples(join(models, "samples"));

  const specifier = (path: string) => {
    const steps = relative(dirname(file), path).split(sep).join("/");
    return JSON.stringify(steps.startsWith(".") ? steps : `./${steps}`);
  };
  // Weights beside a file are bundled with it, as one file.
  const files = entries.map(({ manifest: { id }, onnx }) => {
    const model = join(models, id, "model.onnx");
    if (externalFiles(new Uint8Array(readFileSync(model))).length === 0) return model;
    const whole = join(dirname(file), "models", `${id}.onnx`);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, new Uint8Array(onnx));
    return whole;
  });
  const lines = [
    "// Made by scripts/build.ts from the models folder: do not edit.",
    `import type { AuditReport } from ${specifier(join(sources, "src/core/audit/report.ts"))};`,
    `import type { ModelEntry } from ${specifier(join(sources, "src/core/model/classifier.ts"))};`,
    `import type { Sample } from ${specifier(join(sources, "src/core/model/registry.ts"))};`,
    ...files.map((path, n) => `import model${n} from ${specifier(path)};`),
    ...reports.map(
      ({ manifest }, n) => `import report${n} from ${specifier(join(models, manifest.id, "audit.json"))};`,
    ),
    ...samples.map(
      ({ name }, n) => `import sample${n} from ${specifier(join(models, "samples", `${name}.png`))};`,
    ),
    "",
    "export const models: readonly ModelEntry[] = [",
    ...entries.map(
      ({ manifest, sha256 }, n) =>
        `  { manifest: ${JSON.stringify(manifest)}, onnx: model${n}, sha256: "${sha256}" },`,
    ),
    "];",
    "",
    "export const reports: readonly AuditReport[] = [",
    ...reports.map((_, n) => `  report${n} as unknown as AuditReport,`),
    "];",
    "",
    "export const samples: readonly Sample[] = [",
    ...samples.map((sample, n) => `  { ...${JSON.stringify(sample)}, png: sample${n} },`),
    "];",
    "",
  ];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.join("\n"));
}
