/** The shipped classifiers: each is chosen in the same way, and shows its own samples with their credits. */
import { expect, inject, test } from "vitest";
import type { ModelList, SampleList } from "../../src/api/types.ts";
import { headline, open, useBrowser } from "./open.ts";

useBrowser();

/** The photo classifier takes a while where the machine has other work. */
const PATIENCE = 120_000;

const get = async <T>(path: string): Promise<T> =>
  (await fetch(inject("origin") + path)).json() as Promise<T>;

test("each classifier shows its own samples, and predicts one that is chosen", async () => {
  const { models } = await get<ModelList>("/v1/models");
  const { samples } = await get<SampleList>("/v1/samples");
  const { page } = await open();
  page.setDefaultTimeout(PATIENCE);
  for (const { id, samples: set, input } of models) {
    await page.getByRole("combobox", { name: /^Classifier/ }).selectOption(id);
    const own = samples.filter((sample) => sample.set === set);
    const names = await page
      .getByRole("radiogroup", { name: "Sample pictures" })
      .getByRole("radio")
      .evaluateAll((radios) => radios.map((radio) => (radio as HTMLElement).dataset.sample));
    expect(names.toSorted()).toEqual(own.map(({ name }) => name).toSorted());
    const chosen = own.at(-1)!;
    await page.getByRole("radio", { name: chosen.name, exact: true }).click();
    await headline(page, /^The classifier predicts /);
    const credits = await page.locator(".credits").textContent();
    expect(credits).toContain(`Licence: ${chosen.licence}`);
    expect(await page.locator(".classifier .note").textContent()).toContain(
      `${input.width} × ${input.height}`,
    );
  }
}, 200_000);

test("a grey digit is attacked as it is, and its changed pixels are grey", async () => {
  const { page } = await open("/?model=mnist-cnn&sample=digit-4-0&pixels=5&seed=1");
  await headline(page, /^The classifier predicts 4/);
  expect(await page.getByText("This is what the classifier sees").count()).toBe(0);
  await page.getByRole("button", { name: "Fool it with 5 pixels" }).click();
  await headline(page, /^(Fooled: 4 became \d|Not fooled)/);
});

test("the link on the page fools a photo with 273 of its own pixels, ringed in its own size", async () => {
  const { page } = await open();
  page.setDefaultTimeout(PATIENCE);
  await page.getByRole("link", { name: "Fool a photo of 640 × 427 with 273 of its pixels" }).click();
  await headline(page, /^Fooled: bell cote became /);
  const canvas = page.locator("figure.after canvas");
  expect(
    await canvas.evaluate((node) => [(node as HTMLCanvasElement).width, (node as HTMLCanvasElement).height]),
  ).toEqual([640, 427]);
  const rings = await page.locator("figure.after .ring-core").count();
  expect(rings).toBeGreaterThan(0);
  expect(rings).toBeLessThanOrEqual(273);
  // So many would hide a part of the picture, so that it stays as it was before.
  expect(await page.locator("figure.before .ring-core").count()).toBe(0);
  await page.locator("figure.after").getByRole("button", { name: "Zoom in" }).click();
  const [frame, photo] = await page
    .locator("figure.after")
    .evaluate((figure) =>
      [figure.querySelector(".frame")!, figure.querySelector("canvas")!].map(
        (each) => each.getBoundingClientRect().width,
      ),
    );
  expect(photo).toBeCloseTo(5 * frame!, 0);
  // Of a thousand labels only those stand there whose probability the service told.
  expect(await page.locator(".bars li").count()).toBeLessThanOrEqual(12);
  const shares = await page.locator(".bar-value").allTextContents();
  expect(shares).not.toContain("0.0%");
  expect(shares).toEqual(shares.toSorted((a, b) => Number.parseFloat(b) - Number.parseFloat(a)));
}, 200_000);
