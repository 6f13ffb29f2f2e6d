import { expect, test } from "vitest";
import { repeatCommand } from "./command.ts";
import type { AuditReport } from "./report.ts";

function reportOf(part: Partial<AuditReport> = {}): AuditReport {
  const images = { set: "cifar10-test", count: 200, seed: null } as const;
  const rows = [{ pixels: 1 }, { pixels: "min" }];
  return {
    model: { id: "resnet" },
    images,
    rows,
    targeted: false,
    options: {},
    ...part,
  } as unknown as AuditReport;
}

const images = { set: "cifar10-test", count: 200, seed: 5 } as const;

test.for<[string, Partial<AuditReport>, string | null]>([
  ["all defaults", {}, "--model resnet --set cifar10-test --images 200 --pixels 1,min"],
  ["a sample", { images }, "--model resnet --set cifar10-test --images 200 --image-seed 5 --pixels 1,min"],
  [
    "a targeted audit",
    { targeted: true },
    "--model resnet --set cifar10-test --images 200 --pixels 1,min --targeted",
  ],
  [
    "options",
    { options: { search: "de", budget: 500, seed: 7, crossover: undefined } },
    "--model resnet --set cifar10-test --images 200 --pixels 1,min --search de --budget 500 --seed 7",
  ],
  ["uploaded images, which nobody else has", { images: { set: "uploaded", count: 3 } }, null],
])("the command that repeats %s", ([, part, words], { expect }) => {
  expect(repeatCommand(reportOf(part))).toBe(words === null ? null : `npm run audit -- ${words}`);
});

test("the first image's seed may be 0", () => {
  expect(repeatCommand(reportOf({ images: { ...images, seed: 0 } }))).toContain("--image-seed 0 ");
});
