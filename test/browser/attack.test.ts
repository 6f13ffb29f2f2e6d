/** Choose, attack, see: the page against the built Worker. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { expect, inject, test } from "vitest";
import { headline, open, useBrowser } from "./open.ts";

useBrowser();

interface Attacked {
  status: string;
  after: { label: string };
  pixels: { x: number; y: number; from: string; to: string }[];
  image: string;
  cost: { queries: number };
}

const address = "/?sample=cat-3&pixels=3&seed=1&search=de";
const action = (page: Page) => page.getByRole("button", { name: /^(Fool it|Make it say)/ });

async function attacked(query: string): Promise<Attacked> {
  const response = await fetch(`${inject("origin")}/v1/attack?${query}`);
  return (await response.json()) as Attacked;
}

async function classified(png: Uint8Array<ArrayBuffer>): Promise<string> {
  const response = await fetch(`${inject("origin")}/v1/classify`, {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: png,
  });
  return ((await response.json()) as { label: string }).label;
}

/** Centres of the rings over the changed picture, in the picture's pixels. */
async function rings(page: Page): Promise<{ x: number; y: number }[]> {
  const circles = page.locator("figure.after .ring-core");
  return circles.evaluateAll((all) =>
    all.map((circle) => ({
      x: Number(circle.getAttribute("cx")) - 0.5,
      y: Number(circle.getAttribute("cy")) - 0.5,
    })),
  );
}

/** The colour that the changed picture shows at a place. */
async function colourAt(page: Page, x: number, y: number): Promise<string> {
  return page.locator("figure.after canvas").evaluate(
    (canvas, [left, top]) => {
      const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(left!, top!, 1, 1);
      return `#${[...data.subarray(0, 3)].map((value) => value.toString(16).padStart(2, "0")).join("")}`;
    },
    [x, y],
  );
}

test("a sample is picked, attacked and fooled, and the marks are where the JSON says", async () => {
  const { page, origins } = await open("/?search=de");
  await page.getByRole("radio", { name: "cat-3" }).click();
  await page.getByRole("radio", { name: "3", exact: true }).check();
  await headline(page, /^The classifier says cat/);
  await action(page).click();
  await headline(page, /^Fooled: cat became /);

  const result = await attacked("sample=cat-3&pixels=3&seed=1&search=de");
  expect(result.status).toBe("fooled");
  expect(await rings(page)).toEqual(result.pixels.map(({ x, y }) => ({ x, y })));
  for (const { x, y, to } of result.pixels) expect(await colourAt(page, x, y)).toBe(to);
  const list = await page
    .getByRole("list", { name: "Changed pixels" })
    .getByRole("listitem")
    .allTextContents();
  expect(list.map((text) => text.replaceAll(/\s+/g, ""))).toEqual(
    result.pixels.map(({ x, y, from, to }) => `x${x},y${y}${from}→became${to}`),
  );
  expect([...origins]).toEqual([inject("origin")]);
});

test("the fewest pixels are found, and what is known about fewer is said", async () => {
  const { page } = await open("/?sample=cat-7");
  await page.getByRole("radio", { name: "fewest" }).check();
  await page.getByRole("button", { name: "Find the fewest pixels" }).click();
  await headline(page, /^Fooled: cat became /);
  const result = await attacked("sample=cat-7&pixels=min");
  expect(result.pixels.length).toBeGreaterThan(1);
  expect(await rings(page)).toEqual(result.pixels.map(({ x, y }) => ({ x, y })));
  expect(await page.locator(".verdict p").textContent()).toMatch(
    /None of the 8,192 one-pixel changes to a corner colour fools the classifier. Other colours were not tried\./,
  );
});

test("the downloaded PNG classifies as shown", async () => {
  const { page } = await open(address);
  await action(page).click();
  const title = await headline(page, /^Fooled/);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download PNG" }).click();
  const png = new Uint8Array(readFileSync(await (await download).path()));
  expect(title).toBe(`Fooled: cat became ${await classified(png)}.`);
});

test("a link reproduces the same pixels", async () => {
  const first = await open(address);
  await action(first.page).click();
  await headline(first.page, /^Fooled/);
  const link = new URL(first.page.url());
  expect(link.searchParams.get("run")).toBe("1");

  const second = await open(link.pathname + link.search);
  await headline(second.page, /^Fooled/);
  expect(await rings(second.page)).toEqual(await rings(first.page));
  expect((await rings(second.page)).length).toBeGreaterThan(0);
});

test("a JPEG of any size is resized in view and attacked; its link carries the picture", async () => {
  const photo = await sharp("models/samples/ship-2.png")
    .resize(640, 480, { kernel: "cubic", fit: "fill" })
    .jpeg({ quality: 95 })
    .toBuffer();
  const { page } = await open("/?pixels=5&seed=1&search=de");
  await page
    .getByLabel("Your own picture")
    .setInputFiles({ name: "holiday.jpg", mimeType: "image/jpeg", buffer: photo });
  await page.getByText("cropped to the middle, resized from 640 × 480 to 32 × 32").waitFor();
  await headline(page, /^The classifier says/);
  await action(page).click();
  await headline(page, /^Fooled/);
  const link = new URL(page.url());
  expect(link.hash).toMatch(/^#image=[\w-]+$/);

  const second = await open(link.pathname + link.search + link.hash);
  await headline(second.page, /^Fooled/);
  expect(await rings(second.page)).toEqual(await rings(page));
});

test("the copied link, command and badge lead to the same result", async () => {
  const { page } = await open(address, { permissions: ["clipboard-read", "clipboard-write"] });
  await action(page).click();
  await headline(page, /^Fooled/);
  const copied = async (name: string): Promise<string> => {
    await page.getByRole("button", { name: `Copy ${name}` }).click();
    await page
      .getByRole("status")
      .filter({ hasText: `Copied: ${name}` })
      .waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  expect(await copied("link")).toBe(page.url());

  const command = await copied("curl");
  const [, target] = /^curl '([^']+)'$/.exec(command) ?? [];
  const result = (await (await fetch(target!)).json()) as Attacked;
  expect(await rings(page)).toEqual(result.pixels.map(({ x, y }) => ({ x, y })));

  const badge = await copied("badge");
  const [, image, evidence] = /^\[!\[.+\]\((.+)\)\]\((.+)\)$/.exec(badge) ?? [];
  expect((await fetch(image!)).headers.get("content-type")).toMatch(/^image\/svg\+xml/);
  expect((await fetch(evidence!)).status).toBe(200);
});

test("where copying is forbidden, the text is shown", async () => {
  const { page } = await open(address);
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await action(page).click();
  await headline(page, /^Fooled/);
  await page.getByRole("button", { name: "Copy link" }).click();
  expect(await page.getByLabel("link, to be copied by hand").inputValue()).toBe(page.url());
});

test("a picture is pasted and dropped", async () => {
  const { page } = await open();
  await headline(page, /^The classifier says/);
  const png = readFileSync("models/samples/ship-2.png").toString("base64");
  const hand = (event: "paste" | "drop", name: string) =>
    page.evaluate(
      ([kind, data, file]) => {
        const bytes = Uint8Array.from(atob(data!), (character) => character.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], file!, { type: "image/png" }));
        document.body.dispatchEvent(
          kind === "paste"
            ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true })
            : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }),
        );
      },
      [event, png, name],
    );
  for (const event of ["paste", "drop"] as const) {
    await hand(event, `${event}.png`);
    await page.getByRole("img", { name: `The picture before: ${event}.png` }).waitFor();
  }
  await headline(page, /^The classifier says ship/);
});

test("the page works while another attack runs", async () => {
  const { page } = await open(address);
  await headline(page, /^The classifier says/);
  let running = true;
  const other = attacked("sample=frog-0&pixels=3&search=random&budget=10000&target=ship").then((result) => {
    running = false;
    return result;
  });
  await action(page).click();
  await headline(page, /^Fooled/);
  expect(running).toBe(true);
  expect((await other).cost.queries).toBe(10_000);
});

test("a search is cancelled in its middle", async () => {
  const { page } = await open("/?sample=frog-0&pixels=3&seed=1&search=random&target=ship");
  await action(page).click();
  await page.locator("figure.after .ring-core").first().waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await headline(page, /^Cancelled/);
  expect(await action(page).isEnabled()).toBe(true);
});

test("a problem is told in words that say what to do", async () => {
  const { page } = await open("/?sample=cat-3&pixels=1&seed=1&search=de&target=zebra");
  await action(page).click();
  await headline(page, /^That did not work/);
  const words = await page.locator(".verdict p").textContent();
  expect(words).toMatch(/zebra/);
  expect(words).toMatch(/airplane, automobile/);
});

test.each([
  ["sample=unicorn-1", /There is no sample “unicorn-1”/],
  ["sample=", /not in it/],
])("a link with %s says what is wrong with it", async (query, words) => {
  const { page } = await open(`/?${query}`);
  await headline(page, /^That did not work/);
  expect(await page.locator(".verdict p").textContent()).toMatch(words);
});

test("a file that is no picture is refused in words", async () => {
  const { page } = await open();
  await page
    .getByLabel("Your own picture")
    .setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("not a picture") });
  await headline(page, /^That did not work/);
  expect(await page.locator(".verdict p").textContent()).toMatch(
    /notes\.txt.*Choose a PNG, JPEG or WebP file/,
  );
});
