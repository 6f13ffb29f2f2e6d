/** The evidence page and the badge in a real browser, answered by the real routes over a made-up audit. */
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineAudit } from "../../src/core/audit/define.ts";
import { evaluationImages } from "../../src/core/audit/image-set.ts";
import type { ImageOutcome } from "../../src/core/audit/outcome.ts";
import { makeReport } from "../../src/core/audit/report.ts";
import { evaluationSet, nodeRegistry } from "../../src/node/services.ts";
import { drawBadge } from "../../src/report/badge/draw.ts";
import { createApp } from "../../src/worker/app.ts";
import { fooled, outcome } from "../support/outcomes.ts";
import { services } from "../support/services.ts";
import { launchBrowser } from "./chromium.ts";

const IMAGES = 400;
const registry = nodeRegistry();
const { manifest } = registry.default;
const evaluation = evaluationSet();
const images = { set: "cifar10-test", count: IMAGES, seed: null } as const;
const definition = defineAudit(
  registry.default,
  { images, pixels: [1, 3, 5], targeted: false, options: {} },
  10_000,
);

/** The widest figures there can be: many images, long labels, large counts, every status. */
function outcomeOf(index: number, label: number, pixels: number): ImageOutcome {
  const newLabel = (label + 1 + (index % 9)) % 10;
  if (index % 13 === 0) {
    return outcome({ index, label, pixels, status: "misclassified", newLabel, probability: 0.9, queries: 0 });
  }
  if (index % 10 > pixels * 2)
    return outcome({ index, label, pixels, queries: 10_000, certified: pixels === 1 });
  const changed = Array.from({ length: pixels }, (_, at) => ({
    x: (index * 7 + at * 11) % 32,
    y: (index * 5 + at * 3) % 32,
    from: "#c9d6e3",
    to: "#ffff00",
  }));
  return fooled(index, label, newLabel, {
    pixels,
    changed,
    queries: (index ** 2 % 9999) + 1,
    probability: 0.5,
  });
}

const outcomes = evaluationImages(images, manifest, evaluation).flatMap(({ index, label }) =>
  [1, 3, 5].map((pixels) => outcomeOf(index, label, pixels)),
);
const report = makeReport(definition, outcomes, "2026-01-02");

const stored = { ...evaluation, open: async () => evaluation };
const app = createApp({ ...services, registry, evaluations: [stored], evidence: async () => report });

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

interface View {
  readonly width: number;
  readonly colorScheme: "light" | "dark";
  readonly bypassCSP?: boolean;
}

/** Opens the evidence page; every request is answered by the application itself. */
async function open({ width, ...options }: View): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => void faults.push(message.text()));
  await page.route("**/*", async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const response = await app.request(pathname + search, { headers: { Accept: "text/html, */*;q=0.5" } });
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  });
  await page.goto(`https://onepixel.test/models/${manifest.id}`);
  return { page, faults };
}

const views = [1280, 390].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe.each(views)("the evidence page, $width wide, $colorScheme", (view) => {
  test("overflows nowhere, shows all its images, and keeps its own policy", async () => {
    const { page, faults } = await open(view);
    const overflowing = await page.evaluate(() =>
      [...document.querySelectorAll("body *")]
        .filter((element) => element.closest(".scroll") === null && element.closest("svg") === null)
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => element.outerHTML.slice(0, 100)),
    );
    expect(overflowing).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(view.width);
    const pictures = await page.evaluate(() => [...document.images].map((image) => image.naturalWidth));
    expect(pictures).toHaveLength(1 + 36);
    expect(Math.min(...pictures)).toBeGreaterThan(0);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("has no accessibility issue", async () => {
    const { page } = await open({ ...view, bypassCSP: true });
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
    const violations = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
      return (await axe.run()).violations.map(({ id }) => id);
    });
    expect(violations).toEqual([]);
    await page.context().close();
  });
});

test("every rate on the page stands with its interval and n", async () => {
  const { page } = await open({ width: 1280, colorScheme: "light" });
  const cells = (await page.locator("td").allInnerTexts()).map((cell) => cell.replaceAll("\n", " "));
  expect(cells.length).toBeGreaterThan(40);
  for (const cell of cells) {
    expect(cell).toMatch(
      /^\d+\.\d % \d+\.\d–\d+\.\d % [\d,]+ of [\d,]+$|^(median|mean) .* n = [\d,]+$|^– 0\.0–100\.0 % 0 of 0$|^–$/,
    );
  }
  await page.context().close();
});

describe("the badge in the browser", () => {
  // Sizes of the same texts in shields' own drawings (badge-maker 6.0.0).
  test.each([
    ["pixel attack", "1px: 27% fooled (24–30, n=1000)", 276],
    ["pixel attack", "not audited", 146],
    ["build", "passing", 88],
  ])("of %j and %j has shields' size, and its texts stay in their halves", async (label, message, width) => {
    const page = await browser.newPage();
    await page.setContent(drawBadge({ label, message, color: "#084a83" }, "flat"));
    const drawn = await page.evaluate(() => {
      const boxes = (selector: string) =>
        [...document.querySelectorAll(selector)].map((element) => {
          const { left, right } = element.getBoundingClientRect();
          return { left, right };
        });
      const { width, height } = document.querySelector("svg")!.getBoundingClientRect();
      return { width, height, halves: boxes("clipPath + g > rect").slice(0, 2), texts: boxes("text") };
    });
    expect([drawn.width, drawn.height]).toEqual([width, 20]);
    for (const [at, text] of drawn.texts.entries()) {
      const half = drawn.halves[Math.floor(at / 2)]!;
      expect(text.left - half.left).toBeGreaterThan(3);
      expect(half.right - text.right).toBeGreaterThan(3);
    }
    const image = page.getByRole("img", { name: `${label}: ${message}` });
    expect(await image.count()).toBe(1);
    await page.close();
  });
});
