/** Every class: what else the picture can be turned into. */
import { expect, inject, test } from "vitest";
import { issues } from "./axe.ts";
import { headline, open, useBrowser } from "./open.ts";

useBrowser();

interface Targets {
  targets: { target: string; status: string; after: { label: string }; pixels: { x: number; y: number }[] }[];
}

test("each class is shown as the JSON says, reached or not", async () => {
  const response = await fetch(`${inject("origin")}/v1/targets`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sample: "cat-3", pixels: 3, seed: 1, search: "de" }),
  });
  const { targets } = (await response.json()) as Targets;
  const reached = targets.filter(({ status }) => status === "fooled");
  expect(reached.length).toBeGreaterThan(0);

  const { page } = await open("/?view=targets&sample=cat-3&pixels=3&seed=1&search=de");
  await page.getByRole("button", { name: "Try every class with 3 pixels" }).click();
  await headline(page, new RegExp(`^${reached.length} of 9 classes reached`));
  const cards = page.getByRole("list", { name: "Other classes" }).getByRole("button");
  expect(await cards.locator("strong").allTextContents()).toEqual(targets.map(({ target }) => target));

  for (const [index, { target, status, pixels }] of targets.entries()) {
    const card = cards.nth(index);
    await card.click();
    expect(await card.getAttribute("aria-pressed")).toBe("true");
    expect(await card.textContent()).toMatch(status === "fooled" ? /reached, / : /not reached/);
    const says = await page.locator("figure.after .says strong").textContent();
    expect(says === target).toBe(status === "fooled");
    const rings = page.locator("figure.after .ring-core");
    const places = await rings.evaluateAll((all) =>
      all.map((ring) => `${ring.getAttribute("cx")} ${ring.getAttribute("cy")}`),
    );
    expect(places).toEqual(pixels.map(({ x, y }) => `${x + 0.5} ${y + 0.5}`));
  }
});

test("with one pixel, what is said of classes not reached is said of corner colours only", async () => {
  const { page } = await open("/?view=targets&sample=cat-3&pixels=1&run=1");
  await headline(page, /classes reached/);
  expect(await page.locator(".verdict p").textContent()).toMatch(
    /None of the 8,192 one-pixel changes to a corner colour reaches the others. Other colours were not tried\./,
  );
});

test("a picture that the classifier gets wrong is said to be", async () => {
  const { page } = await open("/?view=targets&sample=cat-4&pixels=1&run=1");
  expect(await headline(page, /^Wrong before the attack/)).toMatch(/it predicts dog/);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing, ${colorScheme}`, async () => {
    const { page } = await open("/?view=targets&sample=cat-3&pixels=1&run=1", { colorScheme });
    await headline(page, /classes reached/);
    expect(await issues(page)).toEqual([]);
  });
}
