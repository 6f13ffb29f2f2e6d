/** What a request costs at most, before it runs. */

import { workOfTies } from "../../oracle/tie-allowance.ts";
import { cornerCount } from "../corners.ts";
import { scansCorners } from "./kernel-search.ts";
import type { AttackSettings, FixedSettings } from "./settings.ts";
import { mostQueries, type Priced, workOfAttack, workOfMap, workOfTargets } from "./work.ts";

export interface Cost {
  /** The most queries. */
  readonly queries: number;
  /** The most work, in millions of multiply-adds. */
  readonly work: number;
  /** The part of it that is for near ties, of which most requests have few. */
  readonly ties: number;
}

const sizeOf = ({ image, classifier }: Priced) => image ?? classifier.manifest.input;

const tiesOf = ({ classifier, engine, image }: Priced, queries: number): number =>
  workOfTies(classifier, engine, queries, image);

/** The cost of an attack. */
export function costOfAttack(priced: Priced, settings: AttackSettings): Cost {
  const most = mostQueries(settings);
  const isScan = settings.pixels !== "min" && scansCorners(settings, sizeOf(priced));
  return {
    queries: isScan ? Math.min(most, cornerCount(sizeOf(priced))) : most,
    work: workOfAttack(priced, settings),
    ties: tiesOf(priced, most),
  };
}

/** The cost of attacks at every other label. */
export function costOfTargets(priced: Priced, settings: FixedSettings): Cost {
  const budget = settings.budget * (priced.classifier.manifest.labels.length - 1);
  const corners = cornerCount(sizeOf(priced));
  const isScan = budget >= corners && scansCorners(settings, sizeOf(priced));
  return {
    queries: isScan ? corners : budget,
    work: workOfTargets(priced, settings),
    ties: tiesOf(priced, budget),
  };
}

/** The cost of a map. */
export function costOfMap(priced: Priced, settings: Pick<AttackSettings, "budget">): Cost {
  return {
    queries: Math.min(settings.budget, cornerCount(sizeOf(priced))),
    work: workOfMap(priced, settings),
    ties: tiesOf(priced, settings.budget),
  };
}
