/** What a request will do: its options resolved, and what it costs at most. */
import type * as v from "valibot";
import type { attackSchema } from "../../api/attack.ts";
import type { mapSchema } from "../../api/map.ts";
import type { targetsSchema } from "../../api/targets.ts";
import { type MapSettings, resolveMap } from "../../core/attack/map/settings.ts";
import { type Cost, costOfAttack, costOfMap, costOfTargets } from "../../core/attack/options/cost.ts";
import { boundsOf, fitOptions } from "../../core/attack/options/fit.ts";
import type { AttackSettings, FixedSettings, Space } from "../../core/attack/options/settings.ts";
import { type Priced, workOfAttack, workOfMap, workOfTargets } from "../../core/attack/options/work.ts";
import type { Input } from "../../core/input.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import type { Sample } from "../../core/model/registry.ts";
import { pricedFor } from "../middleware/work.ts";
import type { Services } from "../services.ts";
import type { SentImage } from "./body.ts";
import { findClassifier, findSample, readInput } from "./input.ts";

interface Target {
  readonly classifier: Classifier;
  readonly sample: Sample | undefined;
  /** The decoded image, if its own pixels are attacked; otherwise it is decoded later. */
  readonly source: Input | undefined;
  readonly priced: Priced;
  /** The label that is attacked, if it is known: a sample's own is the true one, unless the request says otherwise. */
  readonly label: string | null | undefined;
}

export interface Plan<Settings> extends Target {
  readonly settings: Settings;
  readonly cost: Cost;
}

interface TargetOptions {
  readonly model?: string | undefined;
  readonly sample?: string | undefined;
  readonly label?: string | null | undefined;
  readonly engine?: Priced["engine"] | null | undefined;
  readonly space?: Space | undefined;
}

/**
 * Finds what is attacked. Options are resolved before the image is decoded, so that a mistake in them costs nothing; but the
 * pixels of the image itself are only known then.
 */
async function targetOf(
  services: Services,
  { model, sample: name, label, engine, space }: TargetOptions,
  sent: SentImage | undefined,
): Promise<Target> {
  const classifier = findClassifier(services, model);
  const sample = findSample(services, name, classifier);
  const source = space === "source" ? await readInput(classifier, sample, sent, space) : undefined;
  const priced = await pricedFor(services, classifier, engine, source?.image);
  return { classifier, sample, source, priced, label: label ?? sample?.label };
}

/** The plan of an attack. @throws OptionError, Problem */
export async function planAttack(
  services: Services,
  options: v.InferOutput<typeof attackSchema>,
  sent: SentImage | undefined,
): Promise<Plan<AttackSettings>> {
  const target = await targetOf(services, options, sent);
  const { classifier, source, priced, label } = target;
  const { model: _, sample: __, ...input } = options;
  const bounds = boundsOf(classifier, services.maxBudget.attack, source?.image);
  const settings = fitOptions({ ...input, label }, bounds, {
    maxWork: services.maxWork.request,
    workOf: (settings) => workOfAttack(priced, settings),
  });
  return { ...target, settings, cost: costOfAttack(priced, settings) };
}

/** The plan of attacks at every other label. @throws OptionError, Problem */
export async function planTargets(
  services: Services,
  options: v.InferOutput<typeof targetsSchema>,
  sent: SentImage | undefined,
): Promise<Plan<FixedSettings>> {
  const target = await targetOf(services, options, sent);
  const { classifier, source, priced, label } = target;
  const { model: _, sample: __, ...input } = options;
  // The limit is the request's, the budget each target's.
  const limit = Math.floor(services.maxBudget.targets / (classifier.manifest.labels.length - 1));
  const bounds = { ...boundsOf(classifier, Math.max(1, limit), source?.image), targeted: true };
  const settings = fitOptions({ ...input, label }, bounds, {
    maxWork: services.maxWork.request,
    workOf: (settings) => workOfTargets(priced, settings),
  });
  return { ...target, settings, cost: costOfTargets(priced, settings) };
}

/** The plan of a map. @throws OptionError, Problem */
export async function planMap(
  services: Services,
  options: v.InferOutput<typeof mapSchema>,
  sent: SentImage | undefined,
): Promise<Plan<MapSettings>> {
  const target = await targetOf(services, options, sent);
  const { classifier, source, priced, label } = target;
  const { model: _, sample: __, ...input } = options;
  const bounds = boundsOf(classifier, services.maxBudget.map, source?.image);
  const settings = resolveMap({ ...input, label }, bounds, {
    maxWork: services.maxWork.request,
    workOf: (settings) => workOfMap(priced, settings),
  });
  return { ...target, settings, cost: costOfMap(priced, settings) };
}
