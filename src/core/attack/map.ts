import { referenceOf } from "../oracle/oracle.ts";
import { tieAllowance } from "../oracle/tie-allowance.ts";
import { type AttackContext, oracleFor } from "./context.ts";
import { cornerCount } from "./corners.ts";
import type { MapResult } from "./map/result.ts";
import { sampleMap } from "./map/sampled.ts";
import type { MapSettings } from "./map/settings.ts";
import { scanMap } from "./map/whole.ts";
import { argmax } from "./objectives.ts";
import { predictionOf } from "./result.ts";

export interface MapRequest extends AttackContext {
  readonly settings: MapSettings;
}

/**
 * Sets pixels to corner colours, one pixel at a time, and reports which changes fool the classifier, and into which label:
 * every pixel in every colour if the budget suffices, else a sample of them, coarse to fine.
 * @throws OptionError if the option `engine` cannot be honoured
 */
export async function mapPixels(request: MapRequest): Promise<MapResult> {
  const { classifier, image, settings } = request;
  const { labels } = classifier.manifest;
  const { width, height } = image;
  const clean = await classifier.probabilities(image);
  const label = settings.label === null ? argmax(clean) : labels.indexOf(settings.label);
  const common = { label: labels[label]!, before: predictionOf(labels, clean), width, height, settings };
  const { budget } = settings;
  if (argmax(clean) !== label) {
    const cost = { queries: 0, budget };
    return { ...common, pixels: [], cost, stopped: null, certificate: null, engine: referenceOf(classifier) };
  }
  const isWhole = budget >= cornerCount(image);
  const limited = { ...request, ties: tieAllowance(classifier, budget, image) };
  // The candidates of a sampled map do not come from the kernel, so that it remembers none.
  const kernelSearch = isWhole
    ? { budget, search: { search: "corners" } as const }
    : { budget: 1, search: { search: "random" } as const };
  const { engine } = settings;
  const oracle = await oracleFor(limited, { engine, pixels: 1, ...kernelSearch }, clean);
  const { queries, stopped, certificate, ...found } = isWhole
    ? await scanMap(request, oracle, label)
    : { ...(await sampleMap(request, oracle, label, settings)), certificate: null };
  const cost = { queries, budget };
  return { ...common, ...found, cost, stopped, certificate, engine: oracle.oracle.engine };
}
