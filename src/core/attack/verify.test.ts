import { describe, expect, test } from "vitest";
import { classifier as glare } from "../../../test/support/services.ts";
import type { Raster } from "../image/raster.ts";
import { type Claims, type Verification, verify } from "./verify.ts";

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

describe("what the two images show", () => {
  const claimed = { before: { label: "calm" }, after: { label: "glaring" } };
  const answers = (...rows: number[][]) => {
    let asked = 0;
    return { ...glare, probabilities: async () => Float32Array.from(rows[asked++]!) };
  };
  const run = (claims: Claims, ...rows: number[][]) =>
    verify({ classifier: answers(...rows), original, adversarial, claims });
  const [CALM, GLARING] = [
    [0.75, 0.25],
    [0.25, 0.75],
  ];

  test.for<[Partial<Claims>, number[], number[], Verification["status"]]>([
    [{}, CALM!, GLARING!, "fooled"],
    [{}, CALM!, CALM!, "survived"],
    [{}, GLARING!, GLARING!, "misclassified"],
    [{ label: "glaring" }, CALM!, CALM!, "misclassified"],
    [{ label: "glaring" }, GLARING!, CALM!, "fooled"],
    [{ target: "glaring" }, CALM!, GLARING!, "fooled"],
    [{ target: "glaring" }, CALM!, CALM!, "survived"],
  ])("%o, %o and %o: %s", async ([claims, first, second, status], { expect }) => {
    const found = await run({ ...claimed, ...claims }, first, second);
    expect(found).toMatchObject({
      status,
      label: claims.label ?? "calm",
      target: claims.target ?? null,
      before: { probabilities: first },
      after: { probabilities: second },
    });
  });

  test("every claim is listed with what was found, and one that fails fails the whole", async () => {
    const claims: Claims = {
      before: { label: "calm", probability: 0.75 },
      after: { label: "glaring", probability: 0.5 },
      status: "fooled",
      verified: false,
      mostPixels: 1,
      pixels: [{ x: 5, y: 1, to: "#ffffff" }],
      sha256: "1".repeat(64),
    };
    const found = await run(claims, CALM!, GLARING!);
    expect(found.holds).toBe(false);
    expect(found.pixels).toHaveLength(2);
    expect(found.claims).toEqual([
      { claim: "before.label", claimed: "calm", found: "calm", holds: true },
      { claim: "before.probability", claimed: 0.75, found: 0.75, holds: true },
      { claim: "after.label", claimed: "glaring", found: "glaring", holds: true },
      { claim: "after.probability", claimed: 0.5, found: 0.75, holds: false },
      { claim: "status", claimed: "fooled", found: "fooled", holds: true },
      { claim: "verified", claimed: false, found: true, holds: false },
      { claim: "settings.pixels", claimed: 1, found: 2, holds: false },
      {
        claim: "pixels",
        claimed: "5,1 #000000 → #ffffff",
        found: "5,1 #000000 → #ffffff; 2,3 #000000 → #ffffff",
        holds: false,
      },
      { claim: "model.sha256", claimed: "1".repeat(64), found: "0".repeat(64), holds: false },
    ]);
  });

  test("what is not claimed is not listed", async () => {
    const { claims, holds } = await run(claimed, CALM!, CALM!);
    expect(claims).toEqual([
      { claim: "before.label", claimed: "calm", found: "calm", holds: true },
      { claim: "after.label", claimed: "glaring", found: "calm", holds: false },
    ]);
    expect(holds).toBe(false);
  });

  test("pixels are listed row by row, and no pixels as none", async () => {
    const pixels = [
      { x: 7, y: 3, from: "#000000", to: "#ffffff" },
      { x: 2, y: 3, from: "#000000", to: "#ffffff" },
      { x: 5, y: 1, from: "#000000", to: "#ffffff" },
    ];
    const listed = await check({ pixels });
    expect(listed.claims.at(-1)).toMatchObject({
      claim: "pixels",
      claimed: "5,1 #000000 → #ffffff; 2,3 #000000 → #ffffff; 7,3 #000000 → #ffffff",
    });
    expect((await check({ pixels: [] })).claims.at(-1)).toMatchObject({ claimed: "none", holds: false });
  });

  test("a target is reached by that label alone", async () => {
    const three = { ...glare.manifest, labels: ["calm", "glaring", "dull"] };
    const rows = [
      [0.6, 0.2, 0.2],
      [0.2, 0.6, 0.2],
    ];
    for (const [target, status] of [
      ["glaring", "fooled"],
      ["dull", "survived"],
    ]) {
      const classifier = { ...answers(...rows), manifest: three };
      const claims = { ...claimed, target: target!, verified: false };
      const found = await verify({ classifier, original, adversarial, claims });
      expect(found.status).toBe(status);
      expect(found.claims.at(-1)).toEqual({
        claim: "verified",
        claimed: false,
        found: status === "fooled",
        holds: status !== "fooled",
      });
    }
  });

  test("a claimed pixel that does not differ, without the colour that it had, fails", async () => {
    const found = await check({ pixels: [{ x: 0, y: 0, to: "#ffffff" }] });
    expect(found.claims.at(-1)).toMatchObject({ claimed: "0,0 → #ffffff", holds: false });
  });
});
