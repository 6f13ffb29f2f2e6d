/** Starts a browser for the tests and the screenshots. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Whether this machine's user says that no browser is wanted; never so in CI. */
export const browserUnwanted = process.env.ONEPIXEL_NO_BROWSER === "1" && process.env.CI !== "true";

/** @throws Error that says how to install a browser if there is none */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM ?? paths].flat().find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      "The browser tests need Chromium, and there is none. Install it (Debian: apt-get install chromium), " +
        "or set CHROMIUM to the path of a Chromium or Chrome, or set ONEPIXEL_NO_BROWSER=1 to go without these tests.",
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
