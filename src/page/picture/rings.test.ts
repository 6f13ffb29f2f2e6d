import { expect, test } from "vitest";
import { ringRadius } from "./rings.ts";

test("rings are large for few pixels, small for many, and none where they would hide the picture", () => {
  expect(ringRadius(32, 32, 5)).toBeCloseTo(1.45, 2);
  expect(ringRadius(32, 32, 32)).not.toBeNull();
  expect(ringRadius(32, 32, 200)).toBeNull();
  expect(ringRadius(640, 427, 5)).toBeCloseTo(29.1, 1);
  expect(ringRadius(640, 427, 273)).toBe(8);
  expect(ringRadius(640, 427, 1024)).toBeNull();
});
