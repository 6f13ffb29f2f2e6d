/** An upper bound on the work of an attack before it runs, in millions of multiply-adds. */

import type { ImageSize } from "../../image/raster.ts";
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
  /** The image whose pixels change: the classifier's input, unless it says otherwise. */
  readonly image?: ImageSize | undefined;
}

const imageOf = ({ classifier, image }: Priced): ImageSize => image ?? classifier.manifest.input;

function priceOf(priced: Priced, pixels: number): number {
  return priceOfQuery(priced.classifier, priced.engine, pixels, imageOf(priced));
}

function workOfTiesOf(priced: Priced, queries: number): number {
  return workOfTies(priced.classifier, priced.engine, queries, imageOf(priced));
}

function workOfSearch(priced: Priced, settings: FixedSettings, scans: boolean): number {
  const image = imageOf(priced);
  const { search } = kernelSearch(settings, image);
  const guided = search === "guided" ? GUIDED : 0;
  const isScan = scans || search === "corners";
  const genes = settings.search === "de" && !isScan ? GENE * settings.population * settings.pixels : 0;
  const price = priceOf(priced, settings.pixels) + guided + genes;
  return price * (isScan ? Math.min(settings.budget, cornerCount(image)) : settings.budget);
}

/** The most queries that these settings allow: of all searches of `pixels=min` together. */
export function mostQueries(settings: AttackSettings): number {
  if (settings.pixels !== "min") return settings.budget;
  return settings.scanBudget + settings.budget * (settings.maxPixels - 1);
}

/** The most work of an attack with these settings: all searches of `pixels=min` together. */
export function workOfAttack(priced: Priced, settings: AttackSettings): number {
  const ties = workOfTiesOf(priced, mostQueries(settings));
  if (settings.pixels !== "min") return workOfSearch(priced, settings, false) + ties;
  const { maxPixels, scanBudget, ...rest } = settings;
  const scans = canMapCorners(imageOf(priced));
  let work = ties + workOfSearch(priced, { ...rest, pixels: 1, budget: scanBudget }, scans);
  for (let pixels = 2; pixels <= maxPixels; pixels++) {
    work += workOfSearch(priced, { ...rest, pixels }, false);
  }
  return work;
}

/** The most work of attacks at every other label: with one pixel a single scan of the corners, if the budgets pay for it. */
export function workOfTargets(priced: Priced, settings: FixedSettings): number {
  const image = imageOf(priced);
  const targets = priced.classifier.manifest.labels.length - 1;
  const isScan = kernelSearch(settings, image).search === "corners";
  const budget = settings.budget * targets;
  const ties = workOfTiesOf(priced, budget);
  if (isScan && budget >= cornerCount(image)) return workOfScan(priced) + ties;
  return workOfSearch(priced, settings, false) * targets + ties;
}

function workOfScan(priced: Priced, queries = Number.POSITIVE_INFINITY): number {
  return priceOf(priced, 1) * Math.min(queries, cornerCount(imageOf(priced)));
}

/** The most work of a map: of a scan of the corners, or of as many of them as its budget allows. */
export function workOfMap(priced: Priced, { budget }: Pick<AttackSettings, "budget">): number {
  return workOfScan(priced, budget) + workOfTiesOf(priced, budget);
}
