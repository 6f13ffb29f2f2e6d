/** An upper bound on the work of an attack before it runs, in millions of multiply-adds. */
import type { Classifier } from "../../model/classifier.ts";
import type { Engine } from "../../oracle/oracle.ts";
import { GENE, GUIDED, priceOfQuery } from "../../oracle/price.ts";
import { workOfTies } from "../../oracle/tie-allowance.ts";
import { cornerCount } from "../corners.ts";
import { canMapCorners, kernelSearch } from "./kernel-search.ts";
import type { AttackSettings, FixedSettings } from "./settings.ts";

/** A classifier, and the oracle that its queries go to. */
export interface Priced {
  readonly classifier: Classifier;
  readonly engine: Engine;
}

function workOfSearch({ classifier, engine }: Priced, settings: FixedSettings, scans: boolean): number {
  const { input } = classifier.manifest;
  const { search } = kernelSearch(settings, input);
  const guided = search === "guided" ? GUIDED : 0;
  const isScan = scans || search === "corners";
  const genes = settings.search === "de" && !isScan ? GENE * settings.population * settings.pixels : 0;
  const price = priceOfQuery(classifier, engine, settings.pixels) + guided + genes;
  return price * (isScan ? Math.min(settings.budget, cornerCount(input)) : settings.budget);
}

/** The most queries that these settings allow: of all searches of `pixels=min` together. */
export function mostQueries(settings: AttackSettings): number {
  if (settings.pixels !== "min") return settings.budget;
  return settings.scanBudget + settings.budget * (settings.maxPixels - 1);
}

/** The most work of an attack with these settings: all searches of `pixels=min` together. */
export function workOfAttack(priced: Priced, settings: AttackSettings): number {
  const ties = workOfTies(priced.classifier, priced.engine, mostQueries(settings));
  if (settings.pixels !== "min") return workOfSearch(priced, settings, false) + ties;
  const { maxPixels, scanBudget, ...rest } = settings;
  const scans = canMapCorners(priced.classifier.manifest.input);
  let work = ties + workOfSearch(priced, { ...rest, pixels: 1, budget: scanBudget }, scans);
  for (let pixels = 2; pixels <= maxPixels; pixels++) {
    work += workOfSearch(priced, { ...rest, pixels }, false);
  }
  return work;
}

/** The most work of attacks at every other label: with one pixel a single scan of the corners, if the budgets pay for it. */
export function workOfTargets(priced: Priced, settings: FixedSettings): number {
  const { labels, input } = priced.classifier.manifest;
  const targets = labels.length - 1;
  const isScan = kernelSearch(settings, input).search === "corners";
  const budget = settings.budget * targets;
  const ties = workOfTies(priced.classifier, priced.engine, budget);
  if (isScan && budget >= cornerCount(input)) return workOfScan(priced) + ties;
  return workOfSearch(priced, settings, false) * targets + ties;
}

function workOfScan({ classifier, engine }: Priced): number {
  return priceOfQuery(classifier, engine, 1) * cornerCount(classifier.manifest.input);
}

/** The work of a map: a scan of the corners. @param budget of the map */
export function workOfMap(priced: Priced, budget: number): number {
  return workOfScan(priced) + workOfTies(priced.classifier, priced.engine, budget);
}
