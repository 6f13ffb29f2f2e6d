/** axe-core on every state of the page, the keyboard, and what the page may not do. */
import type { Page } from "playwright-core";
import { describe, expect, inject, test } from "vitest";
import { issues } from "./axe.ts";
import { headline, open, useBrowser } from "./open.ts";

useBrowser();

const start = (page: Page) => page.getByRole("button", { name: /^Fool it/ }).click();

for (const colorScheme of ["light", "dark"] as const) {
  for (const [width, height] of [
    [1280, 900],
    [390, 844],
  ] as const) {
    describe(`${colorScheme}, ${width} wide`, () => {
      const options = { colorScheme, viewport: { width, height } };

      test("axe finds nothing before an attack, with all settings open", async () => {
        const { page } = await open("/?sample=cat-3&pixels=3", options);
        await headline(page, /^The classifier predicts/);
        await page.getByText("More settings").click();
        expect(await issues(page)).toEqual([]);
      });

      test("axe finds nothing after one, and nothing overflows", async () => {
        const { page } = await open("/?sample=cat-3&pixels=5&search=de", options);
        await start(page);
        await headline(page, /^Fooled/);
        expect(await issues(page)).toEqual([]);
        const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        expect(await page.evaluate(overflow)).toBe(0);
      });
    });
  }
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in the map, ${colorScheme}`, async () => {
    const { page } = await open("/?view=map&sample=cat-3&run=1", { colorScheme });
    await headline(page, /can fool it/);
    await page.locator("figure.after .says strong").waitFor();
    expect(await issues(page)).toEqual([]);
  });
}

test("the keyboard alone picks a sample, attacks, and hears the result", async () => {
  const { page } = await open("/?sample=cat-2&pixels=3&search=de");
  await headline(page, /^The classifier predicts/);
  await page.getByRole("radio", { name: "cat-2" }).focus();
  await page.keyboard.press("ArrowDown");
  expect(await page.getByRole("radio", { name: "deer-2" }).getAttribute("aria-checked")).toBe("true");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowRight");
  expect(
    await page
      .getByRole("radio", { checked: true, name: "cat-3" })
      .evaluate((node) => node === document.activeElement),
  ).toBe(true);
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement?.matches("button[type=submit]"))) break;
  }
  await page.keyboard.press("Enter");
  await headline(page, /^Fooled/);
  expect(await page.getByRole("status").textContent()).toMatch(/^Fooled: cat became/);
});

test("blinking swaps the pictures; those who want no motion see one swap", async () => {
  const { page } = await open("/?sample=cat-3&pixels=1&search=de", { reducedMotion: "reduce" });
  await start(page);
  await headline(page, /^Fooled/);
  const caption = page.locator("figure.after .when");
  const blink = page.getByRole("button", { name: "Blink" });
  await blink.click();
  await expect.poll(() => caption.textContent()).toBe("Before");
  await page.waitForTimeout(1500);
  expect(await caption.textContent()).toBe("Before");
  await blink.click();
  await expect.poll(() => caption.textContent()).toBe("After");
});

test("the policy of the page forbids inline code and other hosts", async () => {
  const response = await fetch(`${inject("origin")}/`);
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("style-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const html = await response.text();
  expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*src="\/)/);
});

test("the page's own code weighs at most 60 KB compressed", async () => {
  const { gzipSync } = await import("node:zlib");
  const sizes = await Promise.all(
    ["/", "/page.js", "/page.css"].map(async (path) => {
      const response = await fetch(inject("origin") + path);
      return gzipSync(new Uint8Array(await response.arrayBuffer())).length;
    }),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.info(`page, script and style: ${(total / 1000).toFixed(1)} KB compressed`);
  expect(total).toBeLessThan(60_000);
});
