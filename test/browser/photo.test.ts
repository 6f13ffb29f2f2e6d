/** A photo, attacked in its own pixels. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { expect, inject, test } from "vitest";
import { headline, open, useBrowser } from "./open.ts";

useBrowser();

/** A picture of 300 × 200 pixels. */
const photo = () =>
  sharp(readFileSync("models/samples/cifar10/bird-2.png")).resize(300, 200, { fit: "fill" }).png().toBuffer();

async function choose(page: Page, buffer: Buffer): Promise<void> {
  await page
    .getByLabel("Your own picture")
    .setInputFiles({ name: "bird.png", mimeType: "image/png", buffer });
}

test("a photo's own pixels fool the classifier, and are ringed in its own size", async () => {
  const buffer = await photo();
  const { page } = await open("/?seed=1");
  await choose(page, buffer);
  await page.getByText("This is what the classifier sees: stretched from 300 × 200 to 32 × 32.").waitFor();
  await page.getByLabel("Change pixels of").selectOption("the picture itself");
  await page.getByText("The picture is 300 × 200; the classifier sees it at 32 × 32.").waitFor();
  await page.getByRole("radio", { name: "273", exact: true }).check();
  await page.getByRole("button", { name: "Fool it with 273 pixels" }).click();
  await headline(page, /^Fooled: /);
  expect(page.url()).toContain("space=source");

  const response = await fetch(`${inject("origin")}/v1/attack?space=source&pixels=273&seed=1`, {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: new Uint8Array(buffer),
  });
  const result = (await response.json()) as { pixels: { x: number; y: number; to: string }[] };
  const after = page.locator("figure.after");
  const size = await after
    .locator("canvas")
    .evaluate((canvas) => [(canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height]);
  expect(size).toEqual([300, 200]);
  expect(await after.locator(".ring-core").count()).toBe(result.pixels.length);
  const { x, y, to } = result.pixels[0]!;
  const colour = await after.locator("canvas").evaluate(
    (canvas, [left, top]) => {
      const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(left!, top!, 1, 1);
      return `#${[...data.subarray(0, 3)].map((value) => value.toString(16).padStart(2, "0")).join("")}`;
    },
    [x, y],
  );
  expect(colour).toBe(to);

  // Zoomed in, the picture is larger than its frame, and a changed pixel stands in the middle.
  await after.getByRole("button", { name: "Zoom in" }).click();
  const [scrolled, shown] = await after
    .locator(".zoom")
    .evaluate((box) => [box.scrollWidth, box.clientWidth]);
  expect(scrolled).toBeGreaterThan(4 * shown!);
  const middle = await after.evaluate((figure) => {
    const frame = figure.querySelector(".zoom")!.getBoundingClientRect();
    return [...figure.querySelectorAll(".ring-core")].some((ring) => {
      const { left, top } = ring.getBoundingClientRect();
      return left > frame.left && left < frame.right && top > frame.top && top < frame.bottom;
    });
  });
  expect(middle).toBe(true);
  await after.getByRole("button", { name: "Zoom out" }).click();
});

test("a picture of the classifier's size has no pixels of its own to choose", async () => {
  const { page } = await open("/?sample=cat-3&space=source&pixels=3&search=de");
  await headline(page, /^The classifier predicts cat/);
  expect(await page.getByLabel("Change pixels of").count()).toBe(0);
  await page.getByRole("button", { name: "Fool it with 3 pixels" }).click();
  await headline(page, /^Fooled: cat became /);
});
