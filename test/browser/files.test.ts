/** The files that the Worker reads itself, loaded by a page; test/worker/assets.test.ts has the headers for other origins. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sha256 } from "../../src/node/models.ts";
import { open, useBrowser } from "./open.ts";

useBrowser();

const folder = "/models/cifar10-resnet8";
const expected = ["model.onnx", "manifest.json"].map((name) => sha256(readFileSync(`.${folder}/${name}`)));

/** Fetches the model's files as a page does. Runs in the browser. */
const digests = (base: string) =>
  Promise.all(
    ["model.onnx", "manifest.json"].map(async (name) => {
      const bytes = await (await fetch(`${base}/${name}`)).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }),
  );

test("the service's own page may load a model and its manifest", async () => {
  const { page } = await open("/?sample=cat-3");
  expect(await page.evaluate(digests, folder)).toEqual(expected);
});
