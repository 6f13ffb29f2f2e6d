import { expect, test } from "vitest";
import { classifier as glare } from "../../../test/support/services.ts";
import type { Raster } from "../image/raster.ts";
import { type Claims, verify } from "./verify.ts";

const original: Raster = { width: 8, height: 8, channels: 3, data: new Uint8Array(192) };

/** The image with two white pixels, (5, 1) and (2, 3). */
const adversarial: Raster = { ...original, data: original.data.slice() };
for (const position of [1 * 8 + 5, 3 * 8 + 2]) adversarial.data.fill(255, position * 3, position * 3 + 3);

const classifier = { ...glare, probabilities: async () => Float32Array.of(0.75, 0.25) };
const [label] = glare.manifest.labels;

const check = (claims: Partial<Claims>) =>
  verify({
    classifier,
    original,
    adversarial,
    claims: { before: { label: label! }, after: { label: label! }, ...claims },
  });

test.for([
  [0.75, true],
  [0.75 + 9e-5, true],
  [0.75 - 9e-5, true],
  [0.75 + 1.1e-4, false],
  [0.75 - 1.1e-4, false],
  [0.75 + 1e-3, false],
])("a claimed probability of %f against 0.75", async ([probability, holds], { expect }) => {
  const answer = { label: label!, probability: probability as number };
  for (const name of ["before", "after"]) {
    const { claims, ...found } = await check({ [name]: answer });
    expect(found.holds).toBe(holds);
    expect(claims.find(({ claim }) => claim === `${name}.probability`)?.holds).toBe(holds);
  }
});

test("claimed pixels hold in any order, and only with every place and colour right", async () => {
  const [first, second] = [
    { x: 5, y: 1, from: "#000000", to: "#ffffff" },
    { x: 2, y: 3, from: "#000000", to: "#ffffff" },
  ];
  for (const pixels of [
    [first, second],
    [second, first],
    [{ ...second, from: undefined }, first],
  ]) {
    expect((await check({ pixels: pixels as Claims["pixels"] })).holds).toBe(true);
  }
  for (const pixels of [
    [],
    [first],
    [first, { ...second, x: 3 }],
    [first, { ...second, to: "#fffffe" }],
    [first, { ...second, from: "#000001" }],
  ]) {
    expect((await check({ pixels })).holds).toBe(false);
  }
});

test("at most as many pixels as claimed may differ", async () => {
  expect((await check({ mostPixels: 2 })).holds).toBe(true);
  expect((await check({ mostPixels: 1 })).holds).toBe(false);
});
