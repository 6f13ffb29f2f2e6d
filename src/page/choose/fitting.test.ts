import { expect, test } from "vitest";
import { fittingSample } from "./fitting.ts";

const samples = ["cat-3", "ship-0", "seven-1"].map((name) => ({ name, label: name.slice(0, -2) }));

test.each([
  ["cat-3", ["cat", "ship"], "cat-3"],
  ["cat-3", ["ship", "seven"], "ship-0"],
  ["cat-3", ["seven"], "seven-1"],
  ["cat-3", ["tree"], null],
  ["unlisted-1", ["seven"], "unlisted-1"],
  [null, ["seven"], null],
])("%s on a model of %j becomes %s", (name, labels, expected) => {
  expect(fittingSample(name, samples as never, { labels })).toBe(expected);
});
