/** Choose, attack, see: the page against the built Worker. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
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
const action = (page: Page) => page.getByRole("button", { name: /^(Fool it|Make it predict)/ });

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
  await headline(page, /^The classifier predicts cat/);
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

/** A photo that is not square. */
const photo = (width: number, height: number) =>
  sharp("models/samples/cifar10/ship-2.png")
    .resize(width, height, { kernel: "cubic", fit: "fill" })
    .jpeg({ quality: 95 })
    .toBuffer();

const upload = (page: Page, name: string, mimeType: string, buffer: Buffer) =>
  page.getByLabel("Your own picture").setInputFiles({ name, mimeType, buffer });

/** Runs a copied command with the file that it names. */
async function runCurl(command: string, files: Readonly<Record<string, Buffer>>): Promise<Attacked> {
  const [, name, type, url] = /^curl --data-binary '@(.+?)' -H 'content-type: (.+?)' '(.+)'$/.exec(command)!;
  const folder = mkdtempSync(join(tmpdir(), "onepixel-curl-"));
  try {
    expect(files).toHaveProperty([name!]);
    writeFileSync(join(folder, name!), files[name!]!);
    expect(command).toContain(`'content-type: ${type}'`);
    expect(new URL(url!).origin).toBe(inject("origin"));
    const { stdout } = await promisify(execFile)("bash", ["-c", `${command} -sS`], {
      cwd: folder,
      maxBuffer: 1 << 24,
    });
    return JSON.parse(stdout) as Attacked;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Starts the attack, waits for its end, and returns what the page got. */
async function resultOf(page: Page): Promise<Attacked> {
  // The page leaves the stream once it has the result, so that the browser keeps no body: a copy is read.
  await page.evaluate(() => {
    const send = window.fetch;
    window.fetch = async (...request) => {
      const response = await send(...request);
      // Not what an attack would cost, which the page asks too.
      if (/^\/v1\/attack(\?|$)/.test(String(request[0])))
        Object.assign(window, { got: response.clone().text() });
      return response;
    };
  });
  await action(page).click();
  await headline(page, /^Fooled/);
  const text = await page.evaluate(() => (window as unknown as { got: Promise<string> }).got);
  const [, data] = /^event: result\ndata: (.+)/m.exec(text)!;
  return JSON.parse(data!) as Attacked;
}

const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };

async function copyCurl(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Copy curl" }).click();
  await page.getByRole("status").filter({ hasText: "Copied: curl" }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

test("a JPEG that is not square is sent as it is: curl and the link reproduce the run", async () => {
  const buffer = await photo(640, 427);
  const { page } = await open("/?pixels=5&seed=1&search=de", clipboard);
  // The file's name and the type that the browser gives it are both wrong.
  await upload(page, "my 'holiday'.png", "image/png", buffer);
  await page.getByText("This is what the classifier sees: stretched from 640 × 427 to 32 × 32.").waitFor();
  await headline(page, /^The classifier predicts/);
  const result = await resultOf(page);
  const shown = await rings(page);
  expect(shown).toEqual(result.pixels.map(({ x, y }) => ({ x, y })));

  const link = new URL(page.url());
  expect(link.hash).toMatch(/^#image=[\w-]+$/);
  const second = await open(link.pathname + link.search + link.hash);
  await headline(second.page, /^Fooled/);
  expect(await rings(second.page)).toEqual(shown);

  await upload(page, "holiday.jpg", "image/png", buffer);
  await headline(page, /^The classifier predicts/);
  const again = await resultOf(page);
  const command = await copyCurl(page);
  expect(command).toContain("image/jpeg");
  const { pixels, after, image } = await runCurl(command, { "holiday.jpg": buffer });
  for (const page of [result, again])
    expect({ pixels, after, image }).toMatchObject({
      pixels: page.pixels,
      after: page.after,
      image: page.image,
    });
});

test("a file that the API refuses is converted to a PNG, which is sent and can be downloaded", async () => {
  const { page } = await open("/?pixels=5&seed=1&search=de", clipboard);
  await upload(page, "large.jpg", "image/jpeg", await photo(2000, 1000));
  await page
    .getByText(
      "the browser converted it to PNG. This is what the classifier sees: stretched from 512 × 256 to 32 × 32.",
    )
    .waitFor();
  await headline(page, /^The classifier predicts/);
  const result = await resultOf(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download large.png" }).click();
  const png = readFileSync(await (await download).path());
  const { pixels, after, image } = await runCurl(await copyCurl(page), { "large.png": png });
  expect({ pixels, after, image }).toEqual({
    pixels: result.pixels,
    after: result.after,
    image: result.image,
  });
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
  expect(await page.getByLabel("link, to copy manually").inputValue()).toBe(page.url());
});

test("a picture is pasted and dropped", async () => {
  const { page } = await open();
  await headline(page, /^The classifier predicts/);
  const png = readFileSync("models/samples/cifar10/ship-2.png").toString("base64");
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
  await headline(page, /^The classifier predicts ship/);
});

test("the page works while another attack runs", async () => {
  const { page } = await open(address);
  await headline(page, /^The classifier predicts/);
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
  ["sample=", /does not contain its picture/],
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
  expect(await page.locator(".verdict p").textContent()).toMatch(/notes\.txt.*not a PNG, JPEG or WebP image/);
});
