/** docs/models.md says of each classifier what its manifest and its file say. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { multiplyAddsOf } from "../../src/core/model/cost.ts";
import { readModels } from "../../src/node/models.ts";
import { megabytes, millions } from "../../src/page/result/format.ts";

const table = readFileSync("docs/models.md", "utf8");
const rows = new Map(
  [...table.matchAll(/^\| \[`([^`]+)`\]\(\.\.\/models\/[^/]+\/README\.md\) .*$/gm)].map(([row, id]) => [
    id!,
    row,
  ]),
);
const models = readModels("models");

test("every classifier has a row, and every row a classifier", () => {
  expect([...rows.keys()].toSorted()).toEqual(models.map(({ manifest }) => manifest.id));
});

test.each(models.map((model) => [model.manifest.id, model] as const))(
  "the row of %s has its figures",
  (id, { manifest, bytes, cost }) => {
    const { input, labels, testAccuracy } = manifest;
    const row = rows.get(id)!;
    expect(row).toContain(`${input.width} × ${input.height}, ${input.channels === 1 ? "grey" : "colour"}`);
    expect(row).toContain(` ${labels.length.toLocaleString("en")} |`);
    expect(row).toContain(megabytes(bytes!));
    expect(row).toContain(millions(multiplyAddsOf(cost())));
    const accuracy =
      testAccuracy && `${(testAccuracy.value * 100).toFixed(2)} % of ${testAccuracy.n.toLocaleString("en")}`;
    expect(row).toContain(accuracy ?? "not measured");
  },
);

test("no file that ships has 4 MiB or more, but for the weights of the photo classifier", () => {
  const large = readdirSync("models", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((file) => readFileSync(file).length >= 4 * 2 ** 20);
  expect(large).toEqual(["models/imagenet-efficientnet-lite0/model.onnx"]);
  expect(readFileSync(large[0]!).length).toBeLessThan(6 * 2 ** 20);
});

test("licences that weights require are in the package", () => {
  const folder = "models/imagenet-efficientnet-lite0";
  for (const file of ["LICENSE", "NOTICE"]) {
    expect(existsSync(`${folder}/${file}`)).toBe(true);
    expect(readFileSync(`dist/${folder}/${file}`, "utf8")).toBe(readFileSync(`${folder}/${file}`, "utf8"));
  }
});
