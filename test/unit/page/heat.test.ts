import { expect, test } from "vitest";
import { vulnerability } from "../../../src/page/map/heat.ts";

const pixel = (margin: number, fooling = false) => ({
  x: 0,
  y: 0,
  margin,
  fooling: fooling ? [{ colour: "#ff00ff", label: "dog", probability: 0.6 }] : [],
});

test("vulnerability runs from the unchanged margin to none left", () => {
  expect([0.8, 0.4, 0].map((margin) => vulnerability(pixel(margin), 0.8))).toEqual([0, 0.5, 1]);
});

test("a change that makes the classifier surer is not vulnerable, one that fools is entirely so", () => {
  expect(vulnerability(pixel(0.9), 0.8)).toBe(0);
  expect(vulnerability(pixel(-0.2, true), 0.8)).toBe(1);
});
