import * as v from "valibot";
import { expect, test } from "vitest";
import { classifier } from "../../../test/support/services.ts";
import { auditSchema } from "../../api/audit.ts";
import { OptionError } from "../attack/options/options.ts";
import { type AuditInput, defineAudit } from "./define.ts";

const define = (input: Partial<AuditInput>) =>
  defineAudit(
    classifier,
    {
      images: { set: "cifar10-test", count: 2, seed: null },
      pixels: [1],
      targeted: false,
      options: {},
      ...input,
    },
    100_000,
  );

test("a row for the fewest pixels stands beside rows for fixed numbers", () => {
  const { rows } = define({ pixels: [1, "min"], options: { maxPixels: 4 } });
  expect(rows.map(({ pixels }) => pixels)).toEqual([1, "min"]);
  expect(rows[0]!.settings).not.toHaveProperty("maxPixels");
  expect(rows[1]!.settings).toMatchObject({ pixels: "min", maxPixels: 4, search: "auto" });
});

test.for([
  ["maxPixels", { pixels: [1, 3], options: { maxPixels: 4 } }],
  ["pixels", { pixels: ["min", "min"] }],
  ["search", { pixels: ["min"], options: { search: "corners" } }],
] as [string, Partial<AuditInput>][])("%s is refused: %o", ([field, input], { expect }) => {
  expect(() => define(input)).toThrow(OptionError);
  expect(() => define(input)).toThrow(new RegExp(`^${field}`));
});

test("a request may ask for the fewest pixels, alone or in a list", () => {
  for (const pixels of ["min", [1, 3, "min"]]) expect(v.is(auditSchema, { pixels })).toBe(true);
  for (const pixels of ["max", ["1"], []]) expect(v.is(auditSchema, { pixels })).toBe(false);
});

test("1 to 10 rows are taken, and no more", () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  expect(define({ pixels: numbers(10) }).rows).toHaveLength(10);
  for (const pixels of [[], numbers(11)]) {
    expect(() => define({ pixels })).toThrow(
      new OptionError("pixels", `must have 1 to 10 numbers, not ${pixels.length}.`),
    );
  }
});
