/** Models, samples, reports and evaluation sets: static assets of the Worker, read when they are first needed. */
import {
  type EvaluationManifest,
  type EvaluationSet,
  openFiles,
  openPlanes,
  type StoredEvaluationSet,
} from "../core/audit/evaluation-set.ts";
import type { AuditReport } from "../core/audit/report.ts";
import { once } from "../core/exclusive.ts";
import { sha256 } from "../core/model/digest.ts";
import { type ModelEntry, type ModelFacts, modelOnDemand } from "../core/model/entry.ts";
import type { Sample, SampleFacts } from "../core/model/registry.ts";
import { Problem } from "./response/problem.ts";

/** A file that the build wrote to the static assets. */
export interface Asset {
  /** The path of its URL: `/models/cifar10-resnet8/model.onnx`. */
  readonly path: string;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
}

export interface ReportAsset extends Asset {
  /** The id of the model that the report is about, and the SHA-256 of its model.onnx. */
  readonly model: { readonly id: string; readonly sha256: string };
}

/** What the build found in the models folder. */
export interface Catalogue {
  readonly models: readonly (ModelFacts & Asset)[];
  readonly reports: readonly ReportAsset[];
  readonly samples: readonly (SampleFacts & Asset)[];
  readonly evaluations: readonly EvaluationAssets[];
}

/** An evaluation set: one asset with all images, or one for each. */
export type EvaluationAssets = { readonly manifest: EvaluationManifest } & (
  | { readonly planes: Asset }
  | { readonly files: readonly (Asset & { readonly label: string })[] }
);

/** Reads an asset. @throws Problem if it cannot be read, or is not the file that the build wrote */
export type ReadAsset = (asset: Asset) => Promise<ArrayBuffer>;

/** The most that a read may take. */
const MOST_MILLISECONDS = 20_000;

function unavailable(path: string, reason: string, cause?: unknown): Problem {
  const detail = `The file ${path} of this service ${reason}. Try again in ten seconds; if the error persists, deploy the service again.`;
  return new Problem("file-unavailable", detail, undefined, { cause, headers: { "Retry-After": "10" } });
}

/**
 * Reads assets through a binding.
 * @param request the binding's `fetch`
 */
export function createReadAsset(
  request: (url: string, init: { signal: AbortSignal }) => Promise<Response>,
): ReadAsset {
  return async ({ path, sha256: expected }) => {
    let bytes: ArrayBuffer;
    try {
      // The binding ignores the host, but a URL needs one.
      const url = new URL(path, "https://assets.invalid").href;
      const response = await request(url, { signal: AbortSignal.timeout(MOST_MILLISECONDS) });
      if (!response.ok) throw new Error(`The response has the status ${response.status}.`);
      bytes = await response.arrayBuffer();
    } catch (cause) {
      throw unavailable(path, "could not be read", cause);
    }
    const found = await sha256(new Uint8Array(bytes));
    if (found === expected) return bytes;
    throw unavailable(
      path,
      `is not the one that it was built with: its SHA-256 is ${found}, not ${expected}`,
    );
  };
}

/** The report that ships with a model; null if there is none of its very model.onnx. */
export type ReadReport = (model: ReportAsset["model"]) => Promise<AuditReport | null>;

/** Opens the reports; each is read when it is first asked for, once. */
export function openReports(reports: readonly ReportAsset[], read: ReadAsset): ReadReport {
  const opened = reports.map((asset) => ({
    model: asset.model,
    open: once(async (): Promise<AuditReport> => JSON.parse(new TextDecoder().decode(await read(asset)))),
  }));
  return async ({ id, sha256 }) => {
    const found = opened.find(({ model }) => model.id === id && model.sha256 === sha256);
    return found === undefined ? null : found.open();
  };
}

/** Opens the models; see `modelOnDemand`. */
export const openModels = (models: Catalogue["models"], read: ReadAsset): ModelEntry[] =>
  models.map((model) => modelOnDemand(model, () => read(model)));

/** Opens the samples; each is read when it is first asked for, once. */
export const openSamples = (samples: Catalogue["samples"], read: ReadAsset): Sample[] =>
  samples.map(({ path, ...facts }) => ({ ...facts, read: once(() => read({ ...facts, path })) }));

/** Opens the evaluation sets; the images of one are read when one of them is first asked for, once. */
export const openEvaluations = (sets: Catalogue["evaluations"], read: ReadAsset): StoredEvaluationSet[] =>
  sets.map((set) => ({ ...set.manifest, open: once(() => openEvaluation(set, read)) }));

async function openEvaluation(set: EvaluationAssets, read: ReadAsset): Promise<EvaluationSet> {
  if ("planes" in set) return openPlanes(set.manifest, await read(set.planes));
  const files = set.files.map((asset) => ({ label: asset.label, read: () => read(asset) }));
  return openFiles(set.manifest, files);
}
