import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fc, seedOf } from "./support/property.ts";

/** The TypeScript files in a folder of the project, with their text. */
const sources = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(`${folder}/${path}`, "utf8") }));

test("every property test draws from the seed in FC_SEED, and none sets a seed of its own", () => {
  const all = [...sources("test"), ...sources("src")];
  expect(all.filter(({ text }) => /\bfc\.assert\(/.test(text)).length).toBeGreaterThan(10);
  const importers = all.filter(({ text }) => /^import .* from "fast-check";$/m.test(text));
  expect(importers.map(({ path }) => path)).toEqual(["test/support/property.ts"]);
  expect(all.filter(({ text }) => /\{ numRuns: [^}]*\bseed\b/.test(text)).map(({ path }) => path)).toEqual(
    [],
  );
});

test.each([
  [undefined, 1],
  ["", 1],
  ["0", 0],
  ["-2147483648", -(2 ** 31)],
  ["2147483647", 2 ** 31 - 1],
])("FC_SEED=%s is the seed %i", (value, seed) => {
  expect(seedOf(value)).toBe(seed);
});

test.each(["x", "1.5", "2147483648", "-2147483649", "NaN"])("FC_SEED=%s is refused", (value) => {
  expect(() => seedOf(value)).toThrow(
    `FC_SEED must be a whole number from -2147483648 to 2147483647, not "${value}".`,
  );
});

test("a property that fails names the seed", () => {
  const seed = seedOf(process.env.FC_SEED);
  expect(fc.readConfigureGlobal().seed).toBe(seed);
  const failing = fc.property(fc.nat(), (value) => value < 0);
  expect(() => fc.assert(failing)).toThrow(`seed: ${seed},`);
});
