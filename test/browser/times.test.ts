/** How soon the user sees something: reported, not asserted, since machines differ. */
import { expect, test } from "vitest";
import { headline, open, useBrowser } from "./open.ts";

useBrowser();

/** Milliseconds from the click until a selector matches, as the page itself sees them. */
const watch = `new Promise((resolve) => {
  const times = {};
  const start = document.querySelector("button[type=submit]");
  start.addEventListener("click", () => {
    const clicked = performance.now();
    const look = () => {
      if (!times.progress && document.querySelector("figure.after .ring")) times.progress = performance.now() - clicked;
      if (document.querySelector(".verdict.is-fooled")) {
        times.result = performance.now() - clicked;
        resolve(times);
      } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  setTimeout(() => start.click());
})`;

test("from click to first progress and to the result", async () => {
  const { page } = await open("/?sample=ship-2&pixels=1&seed=1&search=de");
  await headline(page, /^The classifier predicts/);
  const rows: { progress: number; result: number }[] = [];
  for (let round = 0; round < 5; round++) {
    rows.push((await page.evaluate(watch)) as { progress: number; result: number });
    await page.getByRole("radio", { name: "ship-3" }).click();
    await page.getByRole("radio", { name: "ship-2" }).click();
    await headline(page, /^The classifier predicts/);
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[2]!.toFixed(0);
  console.info(
    `click to first progress ${median(rows.map(({ progress }) => progress))} ms, ` +
      `to the result ${median(rows.map(({ result }) => result))} ms (median of ${rows.length}, ship-2, one pixel)`,
  );
  expect(rows.every(({ progress, result }) => progress > 0 && result >= progress)).toBe(true);
});
