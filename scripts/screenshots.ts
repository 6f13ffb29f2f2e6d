/**
 * Takes the pictures of the page in docs/images/, from the built Worker.
 * Usage: npm run screenshots -- [name …]
 */
import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { launchBrowser } from "../test/browser/chromium.ts";
import { startBuiltWorker } from "../test/support/built-worker.ts";

const folder = "docs/images";

interface Shot {
  readonly name: string;
  /** Query string of the page. */
  readonly query: string;
  readonly width: number;
  readonly height: number;
  readonly colourScheme: "light" | "dark";
  /** Brings the page into the state that is to be seen. */
  readonly act: (page: Page) => Promise<void>;
}

const start = (page: Page) => page.click("button[type=submit]");

async function finish(page: Page): Promise<void> {
  await start(page);
  await page.waitForSelector(".verdict.is-fooled, .verdict.is-held", { timeout: 120_000 });
}

async function search(page: Page): Promise<void> {
  await start(page);
  await page.waitForSelector("figure.after .ring");
  // Long enough for a line in the chart.
  await page.waitForTimeout(500);
}

const desktop = { width: 1280, height: 1000 } as const;
const mobile = { width: 390, height: 844 } as const;
const easy = "sample=deer-4&pixels=1&seed=1";
const certified = "sample=bird-8&pixels=1&seed=1";
const slow = "sample=frog-0&pixels=3&seed=1";
/** 273 of the photo's own pixels. */
const photo = "sample=china&model=imagenet-efficientnet-lite0&pixels=273&space=source&search=auto&seed=1";
/** A picture with many fooling pixels. */
const weak = "sample=cat-3&seed=1";

const shots: readonly Shot[] = [
  {
    name: "searching",
    query: slow,
    ...desktop,
    colourScheme: "light",
    act: search,
  },
  { name: "fooled", query: easy, ...desktop, colourScheme: "light", act: finish },
  { name: "fooled-dark", query: easy, ...desktop, colourScheme: "dark", act: finish },
  { name: "fooled-mobile", query: easy, ...mobile, colourScheme: "light", act: finish },
  { name: "survived", query: certified, ...desktop, colourScheme: "light", act: finish },
  { name: "photo", query: photo, ...desktop, height: 1200, colourScheme: "light", act: finish },
  { name: "map", query: `view=map&${weak}`, ...desktop, colourScheme: "light", act: finish },
  { name: "map-mobile", query: `view=map&${weak}`, ...mobile, colourScheme: "dark", act: finish },
  {
    name: "targets",
    query: "view=targets&sample=horse-9&pixels=3&seed=1",
    ...desktop,
    colourScheme: "dark",
    act: finish,
  },
];

async function take(browser: Browser, origin: string, shot: Shot): Promise<void> {
  const { name, query, width, height, colourScheme, act } = shot;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: colourScheme });
  const page = await context.newPage();
  await page.goto(`${origin}/?${query}`);
  await page.waitForSelector(".says strong");
  await act(page);
  // The bars' transition, and the clock's last tick.
  await page.waitForTimeout(300);
  const png = await page.screenshot();
  const { size } = await sharp(png)
    .png({ palette: true, colours: 128, dither: 0, effort: 10 })
    .toFile(`${folder}/${name}.png`);
  console.log(`${folder}/${name}.png: ${(size / 1000).toFixed(0)} KB`);
  await context.close();
}

mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2);
const { origin, close } = await startBuiltWorker();
const browser = await launchBrowser();
try {
  for (const shot of shots) {
    if (wanted.length === 0 || wanted.includes(shot.name)) await take(browser, origin, shot);
  }
} finally {
  await browser.close();
  await close();
}
