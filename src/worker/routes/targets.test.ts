import { expect, test } from "vitest";
import { app, base64, png, post, postJson } from "../../../test/support/services.ts";

interface Targets {
  targets: { target: string; image: string; status: string; after: { label: string } }[];
  settings: Record<string, unknown>;
}

const targets = async (path: string, init: RequestInit) => {
  const response = await app.request(path, init);
  expect(response.status).toBe(200);
  return (await response.json()) as Targets;
};

test("the target of a two-label model is the other label, and its image is classified so", async () => {
  const result = await targets("/v1/targets", post(png));
  expect(result).toMatchObject({
    model: { id: "glare" },
    label: "calm",
    targets: [{ target: "glaring", status: "fooled", verified: true, certificate: { fooling: 16 } }],
    cost: { queries: 512, budget: 10_000 },
  });
  const image = result.targets[0]!.image.replace(/^data:image\/png;base64,/, "");
  const classified = await app.request("/v1/classify", postJson({ image }));
  expect(await classified.json()).toMatchObject({ label: "glaring" });
});

test.for(["", "search=corners", "search=de&pixels=2&seed=3"])(
  "sending the resolved settings again gives the same answer: %s",
  async (query, { expect }) => {
    const first = await targets(`/v1/targets?${query}`, post(png));
    expect(await targets("/v1/targets", postJson({ image: base64(png), ...first.settings }))).toEqual(first);
  },
);

test("progress streams, and the result is the same", async () => {
  const whole = await targets("/v1/targets?seed=2", post(png));
  const init = post(png, "image/png", { Accept: "application/x-ndjson" });
  const lines = (await (await app.request("/v1/targets?seed=2", init)).text())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.slice(0, -1).every(({ event }) => event === "progress")).toBe(true);
  expect(lines.at(-1)).toEqual({ event: "result", ...whole });
});

test.for([
  ["target", "target=glaring"],
  ["exhaustive", "search=corners&exhaustive=true"],
  ["pixels", "pixels=min"],
  ["search", "search=corners&pixels=3"],
  ["budget", "budget=100001"],
  ["label", "label=zebra"],
  ["engine", "engine=incremental"],
] as const)("%s is refused: %s", async ([field, query], { expect }) => {
  const response = await app.request(`/v1/targets?${query}`, post(png));
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ field });
});
