/** Opens the page in a browser of its own and watches that it behaves. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { launchBrowser } from "./chromium.ts";

export interface Opened {
  readonly page: Page;
  /** The origins of all requests so far. */
  readonly origins: ReadonlySet<string>;
}

let browser: Browser | undefined;
const faults: string[] = [];

/** To be called once in a test file: starts the browser, and fails a test on any error in the page's console. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    expect(faults.splice(0), "errors in the browser's console").toEqual([]);
  });
  afterAll(() => browser?.close());
}

/**
 * Opens the page.
 * @param path from the origin, such as `/?sample=cat-3`
 * @param origin of the service; the built Worker's if left out
 */
export async function open(
  path = "/",
  options: BrowserContextOptions = {},
  origin = inject("origin"),
): Promise<Opened> {
  const context = await browser!.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const origins = new Set<string>();
  page.on("request", (request) => {
    const url = new URL(request.url());
    // data: and blob: addresses are the page's own bytes; nothing is fetched for them.
    if (url.protocol.startsWith("http")) origins.add(url.origin);
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    // A refused request is told in the page's words; the browser logs its status as well.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) faults.push(message.text());
  });
  await page.goto(origin + path);
  return { page, origins };
}

/**
 * Waits for the headline, and returns it.
 * @throws Error with what the page says instead
 */
export async function headline(page: Page, expected: RegExp): Promise<string> {
  const heading = page.getByRole("heading", { level: 2 }).filter({ hasText: expected });
  try {
    await heading.waitFor();
  } catch (cause) {
    const said = await page.locator(".verdict, .numbers, .action").allTextContents();
    throw new Error(`the headline is not ${expected}; the page at ${page.url()} says: ${said.join(" / ")}`, {
      cause,
    });
  }
  return (await heading.textContent()) ?? "";
}
