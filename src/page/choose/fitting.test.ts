import { expect, test } from "vitest";
import { fits, fittingSample } from "./fitting.ts";

const samples = ["cat-3", "ship-0", "seven-1"].map((name) => ({
  name,
  label: name.slice(0, -2),
  set: name === "seven-1" ? "digits" : "pictures",
}));

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

test("a model that names its samples shows those alone", () => {
  const model = { labels: ["cat", "seven"], samples: "digits" };
  expect(samples.filter((sample) => fits(sample, model)).map(({ name }) => name)).toEqual(["seven-1"]);
  expect(fittingSample("cat-3", samples as never, model)).toBe("seven-1");
});
