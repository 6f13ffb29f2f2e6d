/** A switch between classifiers of other labels: no prediction is read with another classifier's labels. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { labelManifest, labelOnnx } from "../support/label-model.ts";
import { copyProject } from "../support/project-copy.ts";
import { headline, open, useBrowser } from "./open.ts";

useBrowser();

const shipped = JSON.parse(readFileSync("models/cifar10-resnet8/manifest.json", "utf8")) as {
  id: string;
  labels: string[];
};
const two = labelManifest("two-labels", ["cat", "dog"], 24);
const hundred = labelManifest("hundred-labels", [
  ...shipped.labels.toReversed(),
  ...Array.from({ length: 90 }, (_, index) => `label ${index}`),
]);
const labels: Readonly<Record<string, readonly string[]>> = {
  [two.id]: two.labels,
  [shipped.id]: shipped.labels,
  [hundred.id]: hundred.labels,
};

const project = copyProject();
let origin: string;

beforeAll(async () => {
  for (const manifest of [two, hundred]) {
    const folder = join(project.folder, "models", manifest.id);
    mkdirSync(folder);
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
    const onnx = labelOnnx(manifest.labels.length, manifest.input.width);
    writeFileSync(join(folder, "model.onnx"), new Uint8Array(onnx));
  }
  await project.serve();
  origin = project.origin();
});
afterAll(() => project.remove());

/** The probabilities that the service itself gives for the sample, by label. */
async function classified(model: string): Promise<{ label: string; probabilities: { label: string }[] }> {
  const response = await fetch(`${origin}/v1/classify?sample=cat-3&model=${model}`, { method: "POST" });
  return (await response.json()) as Awaited<ReturnType<typeof classified>>;
}

/** The list of a field. A label's text holds its options too, so it is found by how it begins. */
const select = (page: Page, name: string) =>
  page
    .locator("label.field")
    .filter({ has: page.locator("span", { hasText: name }) })
    .locator("select");

/** Switches to a classifier and waits until its prediction of the picture stands on the page, with its own labels. */
async function switchTo(page: Page, model: string): Promise<void> {
  await select(page, "Classifier").selectOption(model);
  const { label, probabilities } = await classified(model);
  await headline(page, new RegExp(`^The classifier predicts ${label}\\.`));
  const shown = await page.locator(".bar-label").allTextContents();
  const most = new Set(probabilities.slice(0, 12).map((entry) => entry.label));
  const expected = labels[model]!.filter((name) => most.has(name) || name === label);
  if (labels[model]!.length <= 12) expect(shown).toEqual(labels[model]);
  else expect(shown.filter((name) => !expected.includes(name)).length).toBeLessThanOrEqual(1);
  for (const value of await page.locator(".bar-value").allTextContents()) expect(value).toMatch(/%$/);
}

const path = [hundred.id, two.id, hundred.id, shipped.id, two.id, shipped.id];

test("before a run: 2, 10 and 100 labels, in both directions", async () => {
  const { page } = await open("/?sample=cat-3", {}, origin);
  await headline(page, /^The classifier predicts/);
  for (const model of path) await switchTo(page, model);
});

test.each([
  ["attack", /^(Fooled|Not fooled|Wrong before)/],
  ["map", /(can fool it|^Not fooled|^Wrong before)/],
  ["targets", /(reached|^Wrong before)/],
])("with a result of the view %s shown", async (view, ended) => {
  const { page } = await open(`/?view=${view}&sample=cat-3&model=${two.id}`, {}, origin);
  await headline(page, /^The classifier predicts/);
  for (const model of path) {
    await page.locator("button[type=submit]").click();
    await headline(page, ended);
    await switchTo(page, model);
  }
});

test("a target of one classifier is not kept for another that lacks it", async () => {
  const { page } = await open(`/?sample=cat-3&model=${hundred.id}`, {}, origin);
  await headline(page, /^The classifier predicts/);
  await select(page, "Make it predict").selectOption("label 5");
  await switchTo(page, two.id);
  expect(await page.locator("button[type=submit]").textContent()).toBe("Fool it with 1 pixel");
  await page.locator("button[type=submit]").click();
  await headline(page, /^(Fooled|Not fooled|Wrong before)/);
});
