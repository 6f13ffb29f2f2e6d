/** How much a request may cost, and what that does to its options. */
import type { Context } from "hono";
import type { Cost } from "../../core/attack/options/cost.ts";
import { OptionError } from "../../core/attack/options/options.ts";
import type { AttackSettings } from "../../core/attack/options/settings.ts";
import { type Priced, workOfAttack } from "../../core/attack/options/work.ts";
import type { AuditDefinition } from "../../core/audit/definition.ts";
import type { ImageSize } from "../../core/image/raster.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { defaultOracle } from "../../core/oracle/default-oracle.ts";
import type { Engine } from "../../core/oracle/oracle.ts";
import type { Services } from "../services.ts";

/** The slots of the costliest request: that many of them at once are a quarter of a minute's work on one core. */
const SLOTS_OF_MOST = 4;

/** The classifier with the engine that will answer: the one asked for, else the fastest that fits. */
export async function pricedFor(
  { kernelModule }: Pick<Services, "kernelModule">,
  classifier: Classifier,
  engine: Engine | null | undefined,
  image?: ImageSize,
): Promise<Priced> {
  return { classifier, image, engine: engine ?? (await defaultOracle(classifier, kernelModule)).engine };
}

/** @throws OptionError when the attacks of an audit on one image cost more than the time of one message */
export function requireAuditWork(
  { rows, targeted, model }: AuditDefinition,
  priced: Priced,
  maxWork: number,
): void {
  const targets = targeted ? model.labels.length - 1 : 1;
  const work = rows.reduce((sum, { settings }) => {
    const attack = { ...settings, label: null, target: null } as AttackSettings;
    return sum + workOfAttack(priced, attack) * targets;
  }, 0);
  if (work <= maxWork) return;
  throw new OptionError(
    "budget",
    `is too large: the attacks on one image may cost at most ${maxWork} million multiply-adds, and these may cost ${Math.ceil(work)}. ` +
      "Lower budget or pixels, or start an audit for each number of pixels.",
  );
}

/** Takes the slots of a request, counts its work, and measures how fast it is done. @throws Problem 429 */
export async function enterWithWork(c: Context, services: Services, cost: Cost, slots = 1): Promise<void> {
  const { rateLimit, concurrencyLimit, maxWork, speed } = services;
  const { queries, work, ties } = cost;
  concurrencyLimit.enter(c, Math.max(slots, Math.ceil((work / maxWork.request) * SLOTS_OF_MOST)));
  await rateLimit.countWork(c, work);
  const record = c.get("record");
  const began = Date.now();
  record.release.push(() => {
    speed.record(((work - ties) * record.queries) / queries, (Date.now() - began) / 1000);
  });
}
