import { channels, height, width } from "../image";
import { reserve } from "../memory";
import { randomBelow, randomNormal, randomUniform } from "../random";
import {
  chunkCount,
  chunkIsFull,
  endSearch,
  nextCandidate,
  offerCandidate,
  openChunk,
  pixels,
  setGeneration,
} from "./chunk";
import { BUDGET, CONVERGED } from "./endings";
import { lossOf } from "./queried";

// Differential evolution over k pixels, as in Su, Vargas and Sakurai, "One pixel attack for fooling
// deep neural networks" (arXiv 1710.08864), after Storn and Price (1997).
//
// A member has, for each changed pixel, the genes x, y and one for each channel. Genes are f64 in
// [0, width], [0, height] and [0, 255]; a coordinate is read by cutting its fraction off (the far end
// counts as the last pixel), so that every pixel has the same share, and a colour by rounding half up.
// The paper does not specify what happens to a gene outside its range. Here it is set to the bound that it
// passed, "bound resetting" in Price, Storn and Lampinen (Differential Evolution, 2005, section 4.3).
//
// Generations are synchronous: all children of one are made from the members before it.

export const RAND_1 = 0;
export const BEST_1 = 1;
export const CURRENT_TO_BEST_1 = 2;

/** After so many generations in a row that proposed nothing new, the population has converged. */
const STALE_GENERATIONS = 50;

let population = 0;
let generations = 0;
let strategy = 0;
let smallestFactor: f64 = 0;
let largestFactor: f64 = 0;
let crossover: f64 = 0;
let normalStart: bool = false;
let cornerColours: bool = false;

let genes = 0;
let members: usize = 0;
let children: usize = 0;
let memberEntries: usize = 0;
let childEntries: usize = 0;

let currentGeneration = 0;
let factor: f64 = 0;
let best = 0;
let made = 0;
let fresh: bool = false;
let stale = 0;
let selected: bool = false;

/** Reserves the populations of the largest DE search of the instance. */
export function reserveDe(largestPopulation: i32): void {
  genes = pixels * (2 + channels);
  members = reserve(largestPopulation * genes * 8);
  children = reserve(largestPopulation * genes * 8);
  memberEntries = reserve(largestPopulation * 4);
  childEntries = reserve(largestPopulation * 4);
}

/**
 * Starts a search. A factor is drawn from [lowFactor, highFactor) once a generation when the two
 * differ; crossover 1 takes every gene from the mutant.
 */
export function beginDe(
  size: i32,
  lastGeneration: i32,
  chosenStrategy: i32,
  lowFactor: f64,
  highFactor: f64,
  crossoverRate: f64,
  startsNormal: bool,
  readsCorners: bool,
): void {
  population = size;
  generations = lastGeneration;
  strategy = chosenStrategy;
  smallestFactor = lowFactor;
  largestFactor = highFactor;
  crossover = crossoverRate;
  normalStart = startsNormal;
  cornerColours = readsCorners;
  stale = 0;
  openGeneration(0);
}

/**
 * Fills the chunk with the next new candidates of the current generation, or of the next one that has
 * any.
 * @returns their number, 0 when the search is over (endings.ts).
 */
export function askDe(limit: i32): i32 {
  openChunk(limit);
  while (!chunkIsFull()) {
    if (made == population) {
      if (chunkCount() > 0 || !nextGeneration()) break;
    }
    if (currentGeneration == 0) makeStarter(made);
    else makeChild(made);
    const before = chunkCount();
    readGenes(childOf(made), nextCandidate());
    store<i32>(childEntries + ((<usize>made) << 2), offerCandidate());
    if (chunkCount() > before) fresh = true;
    made++;
  }
  return chunkCount();
}

function openGeneration(number: i32): void {
  currentGeneration = number;
  setGeneration(number);
  made = 0;
  fresh = false;
  selected = false;
}

/** Selects among the children of the finished generation, and opens the next unless this was the last. */
function nextGeneration(): bool {
  if (!selected) {
    select();
    stale = fresh ? 0 : stale + 1;
  }
  if (currentGeneration == generations || stale == STALE_GENERATIONS) {
    endSearch(stale == STALE_GENERATIONS ? CONVERGED : BUDGET);
    return false;
  }
  openGeneration(currentGeneration + 1);
  factor = smallestFactor;
  if (largestFactor > smallestFactor) factor += (largestFactor - smallestFactor) * randomUniform();
  return true;
}

/** A child replaces its own parent if its loss is lower. Generation 0 is always accepted. */
function select(): void {
  selected = true;
  const bytes = (<usize>genes) << 3;
  best = 0;
  for (let i = 0; i < population; i++) {
    const entry = (<usize>i) << 2;
    const child = load<i32>(childEntries + entry);
    if (currentGeneration == 0 || lossOf(child) < lossOf(load<i32>(memberEntries + entry))) {
      store<i32>(memberEntries + entry, child);
      memory.copy(memberOf(i), childOf(i), bytes);
    }
    if (lossOf(load<i32>(memberEntries + entry)) < lossOf(load<i32>(memberEntries + ((<usize>best) << 2)))) {
      best = i;
    }
  }
}

function memberOf(index: i32): usize {
  return members + ((<usize>(index * genes)) << 3);
}

function childOf(index: i32): usize {
  return children + ((<usize>(index * genes)) << 3);
}

/** The largest value of a gene: of x, y, then the colours. */
function upperBound(geneOfPixel: i32): f64 {
  return geneOfPixel == 0 ? <f64>width : geneOfPixel == 1 ? <f64>height : 255.0;
}

/** One member of generation 0: x and y uniform, colours uniform or normal (mean 128, deviation 127). */
function makeStarter(index: i32): void {
  let at = childOf(index);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let gene = 0; gene < 2 + channels; gene++, at += 8) {
      const value =
        gene >= 2 && normalStart
          ? clamp(128.0 + 127.0 * randomNormal(), 255.0)
          : upperBound(gene) * randomUniform();
      store<f64>(at, value);
    }
  }
}

/** Mutation and binomial crossover of one parent. */
function makeChild(index: i32): void {
  const r1 = otherThan(index, index, index);
  const r2 = otherThan(index, r1, r1);
  const r3 = strategy == RAND_1 ? otherThan(index, r1, r2) : 0;
  const parent = memberOf(index);
  // Every strategy is base + pull × (best − base) + F × (plus − minus).
  let base = parent;
  let plus = memberOf(r1);
  let minus = memberOf(r2);
  if (strategy == RAND_1) {
    base = plus;
    plus = minus;
    minus = memberOf(r3);
  } else if (strategy == BEST_1) {
    base = memberOf(best);
  }
  const goal = memberOf(best);
  const drawn = crossover < 1.0;
  const forced = drawn ? <i32>randomBelow(genes) : 0;
  let to = childOf(index);
  for (let pixel = 0, at = 0; pixel < pixels; pixel++) {
    for (let gene = 0; gene < 2 + channels; gene++, at++, to += 8) {
      const offset = (<usize>at) << 3;
      let value = load<f64>(parent + offset);
      if (!drawn || randomUniform() < crossover || at == forced) {
        const start = load<f64>(base + offset);
        let step = load<f64>(plus + offset) - load<f64>(minus + offset);
        if (strategy == CURRENT_TO_BEST_1) step = load<f64>(goal + offset) - start + step;
        value = clamp(start + factor * step, upperBound(gene));
      }
      store<f64>(to, value);
    }
  }
}

/** A random member that is none of three. */
function otherThan(a: i32, b: i32, c: i32): i32 {
  let index: i32;
  do index = <i32>randomBelow(population);
  while (index == a || index == b || index == c);
  return index;
}

function clamp(value: f64, upper: f64): f64 {
  return max(0.0, min(value, upper));
}

/** Writes the candidate that a member's genes stand for. */
function readGenes(member: usize, encoded: usize): void {
  for (let pixel = 0; pixel < pixels; pixel++, encoded += 8) {
    const x = min(<i32>load<f64>(member), width - 1);
    const y = min(<i32>load<f64>(member, 8), height - 1);
    member += 16;
    let colour: u32 = 0;
    for (let channel = 0; channel < channels; channel++, member += 8) {
      colour = (colour << 8) | readColour(load<f64>(member));
    }
    store<u32>(encoded, y * width + x);
    store<u32>(encoded, colour, 4);
  }
}

function readColour(gene: f64): u32 {
  if (cornerColours) return gene > 127.0 ? 255 : 0;
  return <u32>(gene + 0.5);
}
