/** A map of a photo's own pixels, sampled coarse to fine, on the shipped photo classifier inside workerd. */
import { exports } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import type { MapBlock, MapResult } from "../../src/api/types.ts";

const BUDGET = 200;
const path = `/v1/map?model=imagenet-efficientnet-lite0&sample=china&space=source&seed=3&budget=${BUDGET}`;
const [WIDTH, HEIGHT] = [640, 427];

/** A query takes a while where the machine has other work. */
const PATIENCE = 180_000;

const ask = (accept: string): Promise<Response> =>
  exports.default.fetch(`http://onepixel.test${path}`, { method: "POST", headers: { Accept: accept } });

/** The result, as it is sent without a stream. */
let alone: string;

beforeAll(async () => {
  alone = await (await ask("application/json")).text();
}, PATIENCE);

interface Told {
  readonly event: "progress" | "result";
  readonly queries: number;
  readonly blocks?: MapBlock[];
}

const triedIn = (blocks: readonly MapBlock[]): number => blocks.reduce((sum, { tried }) => sum + tried, 0);

test("the result says what was sampled, in blocks that cover each pixel once", () => {
  const result = JSON.parse(alone) as MapResult;
  expect(result).toMatchObject({
    width: WIDTH,
    height: HEIGHT,
    pixels: [],
    certificate: null,
    stopped: "budget",
    engine: "incremental",
    cost: { queries: BUDGET, budget: BUDGET },
  });
  const blocks = result.blocks!;
  expect(triedIn(blocks)).toBe(BUDGET);
  const covered = new Uint8Array(WIDTH * HEIGHT);
  for (const { x, y, width, height, tried, changes } of blocks) {
    expect(changes).toBe(width * height * 8);
    expect(tried).toBeGreaterThan(0);
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) covered[row * WIDTH + column]!++;
    }
  }
  expect(covered.every((times) => times === 1)).toBe(true);
  // Coarse to fine: the blocks are of several sizes.
  expect(new Set(blocks.map(({ width }) => width)).size).toBeGreaterThan(1);
});

test(
  "blocks stream before the end, and the result is the one without a stream, byte for byte",
  async () => {
    const response = await ask("application/x-ndjson");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const { value: early = "" } = await reader.read();
    const [first] = early.split("\n");
    expect(JSON.parse(first!)).toMatchObject({ event: "progress" });
    expect((JSON.parse(first!) as Told).queries).toBeLessThan(BUDGET);
    let text = early;
    for (let read = await reader.read(); !read.done; read = await reader.read()) text += read.value;
    const lines = text.trimEnd().split("\n");
    const events = lines.map((line) => JSON.parse(line) as Told);
    const told = events.filter(({ event }) => event === "progress");
    expect(told.length).toBeGreaterThan(2);
    expect(told.flatMap(({ blocks = [] }) => blocks).length).toBeGreaterThan(10);

    const [last] = lines.slice(-1);
    expect(events.at(-1)!.event).toBe("result");
    expect(last).toContain(alone.trim().replace(/^\{/, ""));
  },
  PATIENCE,
);
