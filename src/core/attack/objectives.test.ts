import { expect, test } from "vitest";
import { fc } from "../../../test/support/property.ts";
import { argmax, endsSearch, type Goal, isFooled, lossOf, marginOf } from "./objectives.ts";

const untargeted: Goal = { label: 0, target: null };
const targeted: Goal = { ...untargeted, target: 2 };

const rows = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 10 }).map((weights) => {
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
});

const logMargin = (row: number[], goal: Goal): number => {
  const context = goal.target ?? goal.label;
  const others = row.filter((_, label) => label !== context);
  const margin = Math.log(row[context]!) - Math.log(Math.max(...others));
  return goal.target === null ? margin : -margin;
};

test("the margin orders candidates as the difference of log-probabilities does", () => {
  fc.assert(
    fc.property(rows, rows, fc.constantFrom(untargeted, targeted), (first, second, goal) => {
      const byLog = logMargin(first, goal) - logMargin(second, goal);
      fc.pre(Math.abs(byLog) > 1e-9);
      expect(Math.sign(lossOf(first, goal, "margin") - lossOf(second, goal, "margin"))).toBe(
        Math.sign(byLog),
      );
    }),
  );
});

test("a margin below one is a success, and the other way round", () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(untargeted, targeted), (row, goal) => {
      const loss = lossOf(row, goal, "margin");
      fc.pre(loss !== 1);
      expect(isFooled(row, goal)).toBe(loss < 1);
    }),
  );
});

test("the paper's objective is the probability of the true class, or of all but the target", () => {
  const row = [0.5, 0.2, 0.3];
  expect(lossOf(row, untargeted, "probability")).toBe(0.5);
  expect(lossOf(row, targeted, "probability")).toBe(0.7);
});

test("a probability of zero gives a finite loss", () => {
  expect(lossOf([1, 0, 0], untargeted, "margin")).toBe(Number.MAX_VALUE);
  expect(lossOf([1, 0, 0], targeted, "margin")).toBe(Number.MAX_VALUE);
});

test("a tie is not a success", () => {
  expect(argmax([0.4, 0.4, 0.2])).toBe(0);
  expect(isFooled([0.4, 0.4, 0.2], untargeted)).toBe(false);
});

test("a targeted attack counts the target alone", () => {
  expect(isFooled([0.1, 0.8, 0.1], targeted)).toBe(false);
  expect(isFooled([0.1, 0.2, 0.7], targeted)).toBe(true);
});

test("the confidence rule waits for the paper's thresholds", () => {
  expect(endsSearch([0.05, 0.9, 0.05], untargeted, "confidence")).toBe(false);
  expect(endsSearch([0.04, 0.9, 0.06], untargeted, "confidence")).toBe(true);
  expect(endsSearch([0.05, 0.05, 0.9], targeted, "confidence")).toBe(false);
  expect(endsSearch([0.04, 0.05, 0.91], targeted, "confidence")).toBe(true);
  // Which of the two probabilities counts depends on the goal.
  expect(endsSearch([0.08, 0, 0.92], targeted, "confidence")).toBe(true);
  expect(endsSearch([0.01, 0.49, 0.5], targeted, "confidence")).toBe(false);
  expect(endsSearch([0.01, 0.49, 0.5], untargeted, "confidence")).toBe(true);
  expect(endsSearch([0.4, 0.6, 0], untargeted, "flip")).toBe(true);
});

test("the margin of a map is how far the label is ahead, in nats", () => {
  const cases: [number[], number, number][] = [
    [[0.5, 0.2, 0.3], 0, 0.5 / 0.3],
    [[0.5, 0.2, 0.3], 1, 0.2 / 0.5],
    [[0.5, 0.2, 0.3], 2, 0.3 / 0.5],
    [[0.4, 0.4, 0.2], 1, 1],
    [[1, 0, 0], 0, 1 / 2 ** -149],
    [[1, 0, 0], 2, 2 ** -149],
    [[0, 0, 0], 2, 1],
  ];
  for (const [row, label, ratio] of cases) expect(marginOf(row, label)).toBeCloseTo(Math.log(ratio), 12);
});

test("the largest probability is found wherever it stands", () => {
  expect([0, 1, 2].map((at) => argmax([0.2, 0.2, 0.2].with(at, 0.6)))).toEqual([0, 1, 2]);
  expect(argmax([0.1, 0.45, 0.45])).toBe(1);
});
