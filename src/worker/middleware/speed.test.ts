import { expect, test } from "vitest";
import { createSpeed } from "./speed.ts";

test("the speed is that of the last eight requests together, and unknown before", () => {
  const speed = createSpeed();
  expect(speed.measured()).toBeNull();
  speed.record(1000, 1);
  expect(speed.measured()).toBe(1000);
  speed.record(1000, 3);
  expect(speed.measured()).toBe(500);
  for (let each = 0; each < 8; each++) speed.record(200, 1);
  expect(speed.measured()).toBe(200);
});

test("requests without queries, or too short to measure, do not count", () => {
  const speed = createSpeed();
  speed.record(0, 5);
  speed.record(1000, 0.05);
  speed.record(1000, 0);
  expect(speed.measured()).toBeNull();
});
