import { expect, test } from "vitest";
import type { AttackResult, Prediction } from "../../api/types.ts";
import type { Run } from "../service/use-run.ts";
import { count, percent, seconds } from "./format.ts";
import { attackVerdict } from "./verdict.ts";

test("a probability is never rounded to certainty", () => {
  expect([0, 0.0001, 0.932, 0.9996, 1].map(percent)).toEqual(["0.0%", "<0.1%", "93.2%", ">99.9%", "100.0%"]);
});

test("numbers read well", () => {
  expect([count(1, "pixel"), count(1024, "pixel")]).toEqual(["1 pixel", "1,024 pixels"]);
  expect([seconds(0.4321), seconds(12.34)]).toEqual(["0.43 s", "12.3 s"]);
});

const says = (label: string): Prediction => ({ label, probability: 0.9, probabilities: [0.9, 0.1] });

const cost = { queries: 3, generations: 1, budget: 100 };

const result: AttackResult = {
  status: "fooled",
  model: { id: "m", sha256: "0".repeat(64) },
  input: { width: 32, height: 32, resized: false },
  label: "cat",
  target: null,
  before: says("cat"),
  after: says("dog"),
  pixels: [{ x: 1, y: 2, from: "#000000", to: "#ffffff" }],
  image: "",
  cost,
  stopped: "success",
  certificate: null,
  verified: true,
  engine: "incremental",
  search: "corners",
  settings: {
    model: "m",
    pixels: 1,
    search: "auto",
    target: null,
    label: null,
    objective: "margin",
    stop: "flip",
    seed: 1,
    budget: cost.budget,
    engine: null,
  },
};

/** Searches with these numbers of pixels. */
const searched = (...pixels: number[]): NonNullable<AttackResult["tried"]> =>
  pixels.map((each) => ({ pixels: each, search: "guided", queries: 1, stopped: "budget" }));

const done = (changes: Partial<AttackResult>): Run<AttackResult> => ({
  state: "done",
  points: [],
  seconds: 0.5,
  problem: null,
  result: { ...result, ...changes },
});

const verdict = (changes: Partial<AttackResult>) => attackVerdict(done(changes), "cat", says("cat"));

test("fooled: what became what, at what cost, and whether it was checked", () => {
  expect(verdict({})).toEqual({
    tone: "fooled",
    title: "Fooled: cat became dog.",
    text: "1 pixel changed, found in 0.50 s with 3 queries. Verified: the classifier predicts this for the picture shown.",
  });
  expect(verdict({ verified: false }).text).not.toMatch(/verified/i);
});

test("the fewest: what is known about fewer, and no more", () => {
  const tried = searched(1, 2);
  expect(verdict({ tried }).text).toMatch(/No search with fewer pixels succeeded/);
  const certified = { tried, verified: false, certificate: { corners: 8192, fooling: 0 } };
  expect(verdict(certified).text).toMatch(
    /None of the 8,192 one-pixel changes to a corner colour fools the classifier. Other colours were not tried\.$/,
  );
  expect(verdict({ tried: searched(1) }).text).not.toMatch(/fewer|corner/);
  const survived = {
    status: "survived",
    stopped: "budget",
    tried,
    certificate: { corners: 8192, fooling: 0 },
  } as const;
  expect(verdict(survived).text).toMatch(/with up to 2 pixels changed.*This is not a proof/);
});

test("survived: a search that found nothing is no proof; a certificate speaks of corner colours only", () => {
  const survived = { status: "survived", stopped: "budget", after: says("cat") } as const;
  expect(verdict(survived).text).toMatch(/budget is used up. This is not a proof/);
  expect(verdict({ ...survived, stopped: "gave-up" }).text).toMatch(/gave up .* This is not a proof/);
  expect(verdict({ ...survived, stopped: "converged" }).text).toMatch(/converged.* This is not a proof/);
  expect(verdict({ ...survived, target: "dog" }).text).toMatch(
    /3 pictures tried, and the classifier predicts dog for none of them/,
  );
  const certified = {
    ...survived,
    stopped: "exhausted",
    certificate: { corners: 8192, fooling: 0 },
  } as const;
  expect(verdict(certified).text).toBe(
    "None of the 8,192 one-pixel changes to a corner colour fools the classifier. Other colours were not tried.",
  );
  expect(verdict({ ...certified, target: "dog" }).text).toMatch(
    /corner colour makes the classifier predict dog\./,
  );
  expect(verdict({ ...certified, certificate: { corners: 8192, fooling: 2 } }).text).not.toMatch(/None of/);
});

test("misclassified: there is nothing to fool", () => {
  const text = verdict({ status: "misclassified", before: says("dog"), stopped: null });
  expect(text.title).toBe("Wrong before the attack: it predicts dog.");
  expect(text.text).toMatch(/label is cat\./);
});
