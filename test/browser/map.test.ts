/** Every pixel: the vulnerability map, by pointer and by keyboard. */
import type { Page } from "playwright-core";
import sharp from "sharp";
import { beforeAll, expect, inject, test } from "vitest";
import { headline, open, useBrowser } from "./open.ts";

useBrowser();

interface Mapped {
  pixels: {
    x: number;
    y: number;
    margin: number;
    fooling: { colour: string; label: string; probability: number }[];
  }[];
  certificate: { corners: number; fooling: number };
}

const address = "/?view=map&sample=cat-3";
let mapped: Mapped;
let fooling: Mapped["pixels"];

beforeAll(async () => {
  const response = await fetch(`${inject("origin")}/v1/map`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sample: "cat-3" }),
  });
  mapped = (await response.json()) as Mapped;
  fooling = mapped.pixels.filter((pixel) => pixel.fooling.length > 0);
});

const start = (page: Page) => page.getByRole("button", { name: "Try every pixel" }).click();
const picture = (page: Page) => page.getByRole("application");
const facts = (page: Page) => page.locator(".pixel-facts");

/** The middle of a pixel, from the map's corner. */
async function middleOf(page: Page, { x, y }: { x: number; y: number }) {
  const { width } = (await picture(page).boundingBox())!;
  return { position: { x: ((x + 0.5) * width) / 32, y: ((y + 0.5) * width) / 32 } };
}

test("the map says what the JSON says, pixel by pixel", async () => {
  const { page } = await open(address);
  await start(page);
  await headline(page, new RegExp(`^${fooling.length} of 1,024 pixels can fool it`));
  const last = fooling.at(-1)!;
  for (const pixel of [fooling[0]!, last]) {
    await picture(page).hover(await middleOf(page, pixel));
    const text = await facts(page).textContent();
    expect(text).toContain(`x ${pixel.x}, y ${pixel.y}`);
    for (const { colour, label } of pixel.fooling) expect(text).toContain(`${colour} makes it ${label}`);
    expect(await facts(page).getByRole("button").count()).toBe(pixel.fooling.length);
  }
  const holding = mapped.pixels.find((pixel) => pixel.fooling.length === 0)!;
  await picture(page).hover(await middleOf(page, holding));
  expect(await facts(page).textContent()).toMatch(
    /no colour fools the classifier\. Every one leaves cat at least .* times as likely/,
  );
});

test("the map has the colours of the API's picture, and its marks", async () => {
  const { page } = await open(address);
  await start(page);
  await headline(page, /can fool it/);
  const response = await fetch(`${inject("origin")}/v1/map?sample=cat-3`, {
    method: "POST",
    headers: { accept: "image/png" },
  });
  const { data, info } = await sharp(await response.arrayBuffer())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const dots = 384 / 32;
  const drawn = (x: number, y: number, inset: number) => {
    const at = (Math.floor(y * dots + inset) * info.width + info.width - (32 - x) * dots + inset) * 3;
    return [...data.subarray(at, at + 3)];
  };
  const canvas = await picture(page)
    .locator("canvas")
    .evaluate((element) => [
      ...(element as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, 32, 32).data,
    ]);
  for (const { x, y, fooling } of mapped.pixels) {
    if (fooling.length === 0) {
      expect(canvas.slice((y * 32 + x) * 4, (y * 32 + x) * 4 + 3)).toEqual(drawn(x, y, 6));
    }
  }
  const marks = await picture(page)
    .locator(".fools")
    .evaluateAll((all) =>
      all.map((mark) => [...mark.children].map((square) => square.getAttribute("fill")).join(" ")),
    );
  const hex = (colour: number[]) => `#${colour.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
  expect(marks).toEqual(
    fooling.map(({ x, y }) => [0, 1, 6].map((inset) => hex(drawn(x, y, inset))).join(" ")),
  );
  const largest = Math.max(...mapped.pixels.map(({ margin }) => margin)).toFixed(1);
  expect(await page.locator(".scale").textContent()).toBe(`foolsmargin 0${largest}`);
});

test("a click applies the surest colour, a button any other; the classifier says what the map foretold", async () => {
  const { page } = await open(address);
  await start(page);
  await headline(page, /can fool it/);
  const pixel = fooling.toSorted((a, b) => b.fooling.length - a.fooling.length)[0]!;
  const [surest] = pixel.fooling.toSorted((a, b) => b.probability - a.probability);
  await picture(page).click(await middleOf(page, pixel));
  const says = page.locator("figure.after .says");
  await expect
    .poll(() => says.textContent())
    .toBe(`${surest!.label} ${(surest!.probability * 100).toFixed(1)}%`);
  const ring = page.locator("figure.after .ring-core");
  expect(await ring.getAttribute("cx")).toBe(String(pixel.x + 0.5));
  expect(await ring.getAttribute("cy")).toBe(String(pixel.y + 0.5));

  for (const { colour, label, probability } of pixel.fooling) {
    const button = facts(page).getByRole("button", { name: colour });
    await button.click();
    await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
    await expect.poll(() => says.textContent()).toBe(`${label} ${(probability * 100).toFixed(1)}%`);
  }
});

test("arrow keys choose a pixel, Enter changes it, and the result is announced", async () => {
  const { page } = await open(address);
  await start(page);
  await headline(page, /can fool it/);
  const changes = fooling.flatMap(({ x, y, fooling }) =>
    fooling.map(({ probability }) => ({ x, y, probability })),
  );
  const first = changes.toSorted((a, b) => b.probability - a.probability)[0]!;
  await picture(page).focus();
  await page.keyboard.press("ArrowDown");
  expect(await facts(page).textContent()).toContain(`x ${first.x}, y ${first.y + 1}`);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  const status = page.getByRole("status");
  await expect
    .poll(() => status.textContent())
    .toMatch(new RegExp(`^x ${first.x}, y ${first.y} set to #\\w{6}: the classifier predicts`));
});

test("a picture that no corner colour fools: the verdict says so, and nothing of other colours", async () => {
  const { page } = await open("/?view=map&sample=truck-0&run=1");
  await headline(page, /^Not fooled: no corner colour fools it/);
  expect(await page.locator(".verdict p").textContent()).toBe(
    "None of the 8,192 one-pixel changes to a corner colour fools the classifier. Other colours were not tried.",
  );
});
