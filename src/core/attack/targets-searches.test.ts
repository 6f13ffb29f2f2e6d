/** What the searches at several targets tell each other: a classifier that answers by the number of the query. */
import { expect, test } from "vitest";
import { classifier as glare } from "../../../test/support/services.ts";
import { kernelModule } from "../../node/services.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { renderTensor } from "../model/tensor.ts";
import type { AttackContext } from "./context.ts";
import { type AttackInput, resolveOptions } from "./options/options.ts";
import { attackTargets } from "./targets.ts";

const labels = ["none", "red", "green", "blue", "grey"];
const bounds = { ...glare.manifest.input, labels, maxBudget: 100_000 };
const image: Raster = { width: 8, height: 8, channels: 3, data: new Uint8Array(192).fill(90) };
/** By this, red is attacked first, then blue, green and grey. */
const CLEAN = [0.5, 0.2, 0.1, 0.15, 0.05];
const [RED, GREEN, BLUE, GREY] = [1, 2, 3, 4] as const;

/** The clean answer, but that a label has this probability; what it gains or loses, `none` does not have or keeps. */
function row(label: number, probability: number): number[] {
  const rest = (1 - probability) / 4;
  return labels.map((_, at) => (at === label ? probability : rest));
}

/**
 * @param script the answers to queries, by their number from 0 on; all others are answered as the clean image is
 * @param doubted the numbers of queries that onnxruntime does not confirm
 */
function scripted(script: Readonly<Record<number, number[]>>, doubted: readonly number[] = []) {
  const told = new Map<string, number[]>();
  let asked = 0;
  const onQueries: ((asked: number) => void)[] = [];
  const classifier: Classifier = {
    ...glare,
    manifest: { ...glare.manifest, labels },
    classify: async (tensor, count) => {
      const rows = Array.from({ length: count }, (_, at) => {
        const answer = script[asked] ?? CLEAN;
        const key = tensor.subarray(at * 192, (at + 1) * 192).join();
        // Every search begins with the same seed, and so with the same candidates: the answer to tell is the scripted one.
        if (script[asked] && !doubted.includes(asked)) told.set(key, answer);
        asked++;
        return answer;
      });
      for (const each of onQueries) each(asked);
      return Float32Array.from(rows.flat());
    },
    probabilities: async (raster) =>
      Float32Array.from(told.get(renderTensor(raster, glare.manifest.input).join()) ?? CLEAN),
  };
  return { classifier, onQueries };
}

async function run(
  { classifier }: ReturnType<typeof scripted>,
  options: AttackInput = {},
  changes: Partial<AttackContext> = {},
) {
  const input = { search: "random", pixels: 2, budget: 16, ...options } as const;
  const settings = resolveOptions(input as AttackInput & { pixels: number }, bounds);
  const result = await attackTargets({
    classifier,
    kernelModule: kernelModule(),
    image,
    settings,
    ...changes,
  });
  const by = (label: number) => result.targets.find(({ target }) => target === labels[label])!;
  const brief = [RED, GREEN, BLUE, GREY].map((label) => {
    const { status, stopped, cost } = by(label);
    return [status, stopped, cost.queries];
  });
  return { result, by, brief };
}

test("a target that the search for another one comes upon has no search of its own", async () => {
  const script = {
    4: row(GREEN, 0.6),
    6: row(BLUE, 0.6),
    9: row(GREEN, 0.9),
    11: row(GREY, 0.5),
    12: row(RED, 0.7),
  };
  const { result, by, brief } = await run(scripted(script));
  expect(brief).toEqual([
    ["fooled", "success", 13],
    ["fooled", "success", 5],
    ["fooled", "success", 7],
    ["fooled", "success", 12],
  ]);
  expect(result.cost.queries).toBe(13);
  // The first of the two greens ended that target.
  expect(by(GREEN).after.probability).toBeCloseTo(0.6, 6);
});

test("with stop=confidence it has to be certain, too", async () => {
  const script = { 4: row(GREEN, 0.6), 6: row(GREEN, 0.95), 12: row(RED, 0.92), 13: row(BLUE, 0.99) };
  const { result, brief } = await run(scripted(script), { stop: "confidence" });
  // Each search has 16 queries. Query 13 comes after red's success, in the same chunk, and counts for nobody.
  expect(brief).toEqual([
    ["fooled", "success", 13],
    ["fooled", "success", 7],
    ["survived", "budget", 29],
    ["survived", "budget", 45],
  ]);
  expect(result.cost.queries).toBe(45);
});

test("what onnxruntime does not confirm reaches nothing, and the target has its own search", async () => {
  const script = { 4: row(GREEN, 0.6), 12: row(RED, 0.7), 40: row(GREEN, 0.55) };
  const { brief, by } = await run(scripted(script, [4]));
  // Red's search takes the first 13 queries of chunk 0 to 15, blue's 16 to 31, green's begins with 32.
  expect(brief).toEqual([
    ["fooled", "success", 13],
    ["fooled", "success", 38],
    ["survived", "budget", 29],
    ["survived", "budget", 54],
  ]);
  expect(by(GREEN).after.probability).toBeCloseTo(0.55, 6);
});

test("what survives returns the nearest candidate of all searches, the first of equals", async () => {
  const near = (label: number, probability: number) =>
    CLEAN.map((value, at) => (at === label ? probability : at === 0 ? 0.5 : value / 2));
  const script = {
    // Red's search, first for red itself, then for green, blue and grey.
    1: near(RED, 0.31),
    2: near(GREEN, 0.45),
    3: near(BLUE, 0.41),
    5: near(GREY, 0.3),
    // Blue's search, then green's and grey's.
    22: near(BLUE, 0.44),
    23: near(RED, 0.46),
    40: near(GREEN, 0.4),
    57: near(GREY, 0.3),
  };
  const { by, brief } = await run(scripted(script));
  for (const [status, stopped] of brief) expect([status, stopped]).toEqual(["survived", "budget"]);
  expect(by(GREEN).after.probabilities[GREEN]).toBeCloseTo(0.45, 6);
  expect(by(BLUE).after.probabilities[BLUE]).toBeCloseTo(0.44, 6);
  expect(by(GREY).after.probabilities[GREY]).toBeCloseTo(0.3, 6);
  // Red was searched for first: what later searches find on the way counts for it, too.
  expect(by(RED).after.probabilities[RED]).toBeCloseTo(0.46, 6);
  const alone = await run(scripted({ 5: script[5] }));
  expect(by(GREY).pixels).toEqual(alone.by(GREY).pixels);
});

test("a target that its own search did not reach may be reached by a later one", async () => {
  const { result, brief } = await run(scripted({ 20: row(RED, 0.6) }));
  expect(brief).toEqual([
    ["fooled", "success", 21],
    ["survived", "budget", 48],
    ["survived", "budget", 32],
    ["survived", "budget", 64],
  ]);
  expect(result.cost).toEqual({ queries: 64, budget: 64 });
});

test("an abort ends the searches to come, and changes nothing of those that have ended", async () => {
  const leave = new AbortController();
  const script = { 20: row(GREEN, 0.6) };
  const source = scripted(script);
  // Each search has 32 queries in two chunks; the first chunk of blue's is the third of all.
  source.onQueries.push((asked) => {
    if (asked === 48) leave.abort();
  });
  const { result, brief } = await run(source, { budget: 32 }, { signal: leave.signal });
  expect(brief).toEqual([
    ["survived", "budget", 32],
    ["fooled", "success", 21],
    ["survived", "aborted", 48],
    ["survived", "aborted", 48],
  ]);
  expect(result.cost).toEqual({ queries: 48, budget: 128 });
});
