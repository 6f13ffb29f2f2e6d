/** The map of a photo: a sample of its changes, drawn over it in its own size. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { expect, inject, test } from "vitest";
import type { MapResult } from "../../src/api/types.ts";
import { issues } from "./axe.ts";
import { headline, open, useBrowser } from "./open.ts";

useBrowser();

const [WIDTH, HEIGHT] = [640, 427];
const BUDGET = 1500;
const options = `space=source&seed=1&budget=${BUDGET}`;

/** A picture of a photo's size. */
const photo = () =>
  sharp(readFileSync("models/samples/cifar10/bird-2.png"))
    .resize(WIDTH, HEIGHT, { fit: "fill" })
    .jpeg()
    .toBuffer();

/** The photo classifier takes a while where the machine has other work. */
const PATIENCE = 120_000;

/** Whether the frame shows a part of the block that is pointed at. */
const pointedIsInView = (page: Page): Promise<boolean> =>
  page.locator("figure.before").evaluate((figure) => {
    const frame = figure.querySelector(".frame")!.getBoundingClientRect();
    const block = figure.querySelector(".pointed .ring-core")!.getBoundingClientRect();
    const [x, y] = [(block.left + block.right) / 2, (block.top + block.bottom) / 2];
    return x > frame.left && x < frame.right && y > frame.top && y < frame.bottom;
  });

async function start(page: Page, buffer: Buffer): Promise<void> {
  // The page leaves the budget to the service, whose default takes longer than a test should.
  await page.route("**/v1/map?*", (route) =>
    route.continue({ url: `${route.request().url()}&budget=${BUDGET}` }),
  );
  await page
    .getByLabel("Your own picture")
    .setInputFiles({ name: "bird.jpg", mimeType: "image/jpeg", buffer });
  await page.getByLabel("Change pixels of").selectOption("the picture itself");
  await page.getByText("The picture is 640 × 427; the classifier sees it at 32 × 32.").waitFor();
  // The cost stands beside the button before the start.
  await page.getByText(/^At most [\d,]+ queries, 100% of what a request may cost\./).waitFor();
  await page.getByRole("button", { name: "Map the picture" }).click();
}

test("a map gets finer over the photo, says what was tried, and a block tells what was found in it", async () => {
  const buffer = await photo();
  const { page } = await open("/?view=map&seed=1");
  await start(page, buffer);
  const said = page.locator(".sampled");
  await said.waitFor();
  const response = await fetch(`${inject("origin")}/v1/map?${options}`, {
    method: "POST",
    headers: { "content-type": "image/jpeg" },
    body: new Uint8Array(buffer),
  });
  const result = (await response.json()) as MapResult;
  const blocks = result.blocks!;
  const found = blocks.flatMap(({ fooling }) => fooling);
  await headline(page, /found that fools? it|No change was found/);
  expect(await page.locator(".verdict p").textContent()).toContain(
    "1,500 of 2,186,240 one-pixel changes to a corner colour were tried on 640 × 427 pixels",
  );
  const most = Math.max(...blocks.flatMap(({ width, height }) => [width, height]));
  expect(await said.textContent()).toBe(
    `1,500 of 2,186,240 one-pixel changes tried, in ${blocks.length} blocks of up to ${most} pixels a side. Of the others nothing is known.`,
  );

  const map = page.getByRole("application");
  const canvas = map.locator("canvas");
  const size = await canvas.evaluate(({ width, height }: HTMLCanvasElement) => [width, height]);
  expect(size).toEqual([WIDTH, HEIGHT]);
  const pixels = new Set(found.map(({ x, y }) => `${x} ${y}`));
  expect(await map.locator(".ring-core:is(circle)").count()).toBe(pixels.size);

  const box = (await map.boundingBox())!;
  const scale = box.width / WIDTH;
  const hover = ({ x, y, width, height }: (typeof blocks)[number]) =>
    map.hover({
      position: {
        x: (x + width / 2) * scale,
        y: (box.height - HEIGHT * scale) / 2 + (y + height / 2) * scale,
      },
    });
  const facts = page.locator(".pixel-facts");
  const calm = blocks.toSorted((a, b) => b.width - a.width).find(({ fooling }) => fooling.length === 0)!;
  await hover(calm);
  expect(await facts.textContent()).toContain(`x ${calm.x}–${calm.x + calm.width - 1}`);
  expect(await facts.textContent()).toContain("none was found that fools the classifier");
  expect(await facts.textContent()).toContain(`${calm.tried} of its`);
});

test("a shipped photo's map is drawn while it comes, and can be zoomed; arrow keys keep their block in view", async () => {
  const budget = 150;
  const { page } = await open();
  page.setDefaultTimeout(PATIENCE);
  await page.route("**/v1/map", (route) =>
    route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), budget }) }),
  );
  await page
    .getByRole("combobox", { name: /^Classifier/ })
    .selectOption({ label: "EfficientNet-Lite0 on ImageNet" });
  await page.getByRole("radio", { name: "china", exact: true }).click();
  await page.getByLabel("Change pixels of").selectOption("the picture itself");
  await page.getByRole("link", { name: "Every pixel" }).click();
  await headline(page, /^The classifier predicts bell cote/);
  await page.getByRole("button", { name: "Map the picture" }).click();

  await page.locator(".sampled").waitFor();
  const [title, sampled] = await page.evaluate(() =>
    [".verdict h2", ".sampled"].map((selector) => document.querySelector(selector)!.textContent!),
  );
  expect(title).toBe("Searching…");
  expect(Number(/^\d+/.exec(sampled!)![0])).toBeLessThan(budget);
  await headline(page, /found that fools? it|No change was found/);
  expect(await page.locator(".sampled").textContent()).toMatch(
    /^150 of 2,186,240 one-pixel changes tried, in \d+ blocks of up to \d+ pixels a side\. Of the others nothing is known\.$/,
  );

  const map = page.getByRole("application");
  const small = (await map.boundingBox())!.width;
  await page.locator("figure.before").getByRole("button", { name: "Zoom in" }).click();
  expect((await map.boundingBox())!.width).toBeCloseTo(5 * small, 0);
  expect(await issues(page)).toEqual([]);
  await map.focus();
  // To the left edge and back, past what the frame shows at once.
  const keys = [...Array<string>(6).fill("ArrowLeft"), ...Array<string>(6).fill("ArrowRight")];
  for (const key of keys) {
    await page.keyboard.press(key);
    expect(await pointedIsInView(page), key).toBe(true);
  }
  await page.locator("figure.before").getByRole("button", { name: "Zoom out" }).click();
  expect((await map.boundingBox())!.width).toBeCloseTo(small, 0);
}, 200_000);
