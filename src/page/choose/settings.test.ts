import { expect, test } from "vitest";
import { fc } from "../../../test/support/property.ts";
import { searches, spaces } from "../../core/attack/options/settings.ts";
import { attackOptions, defaults, formatSettings, parseSettings, views } from "./settings.ts";

const read = (query: string) => parseSettings(new URLSearchParams(query));

test("an address without settings means the defaults", () => {
  expect(read("")).toEqual(defaults);
});

test("settings survive the address", () => {
  const settings = fc.record({
    view: fc.constantFrom(...views),
    sample: fc.option(fc.string({ minLength: 1 })),
    model: fc.option(fc.string({ minLength: 1 })),
    pixels: fc.oneof(fc.integer({ min: 1, max: 1024 }), fc.constant("min" as const)),
    space: fc.constantFrom(...spaces),
    target: fc.option(fc.string({ minLength: 1 })),
    search: fc.constantFrom(...searches),
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    run: fc.boolean(),
  });
  fc.assert(
    fc.property(settings, (value) => {
      expect(read(formatSettings(value))).toEqual(value);
    }),
  );
});

test.each([
  ["pixels", ["0", "-1", "1.5", "1025", "abc", ""]],
  ["seed", ["-1", "4294967296", "0.5", "x", ""]],
  ["search", ["newton", ""]],
  ["view", ["list", ""]],
  ["space", ["photo", ""]],
] as const)("an impossible %s takes its default", (name, values) => {
  for (const value of values) expect(read(`${name}=${value}`)[name]).toBe(defaults[name]);
});

test("what is not set is not sent", () => {
  expect(attackOptions(defaults, "input")).not.toHaveProperty("target");
  expect(attackOptions(defaults, "input")).not.toHaveProperty("model");
  expect(attackOptions({ ...defaults, target: "dog", model: "m" }, "input")).toMatchObject({
    target: "dog",
    model: "m",
  });
  expect(attackOptions({ ...defaults, space: "source" }, "input")).not.toHaveProperty("space");
  expect(attackOptions(defaults, "source")).toHaveProperty("space", "source");
});
