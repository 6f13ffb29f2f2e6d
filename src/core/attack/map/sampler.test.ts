import { describe, expect, test } from "vitest";
import { cornerCount } from "../corners.ts";
import { changesIn } from "./blocks.ts";
import { createSampler, type Sampler } from "./sampler.ts";

const kernel = { chunk: 16, signalled: false };
const photo = { width: 45, height: 31, channels: 3 } as const;

/** Low around the pixel (40, 7), and lowest in white. */
const marginAt = (x: number, y: number, colour: number) => Math.hypot(x - 40, y - 7) / 4 - colour / 0xffffff;

/** Runs a sampler to its end. @param look called before each ask @returns the changes in the order in which it asked for them */
function run(sampler: Sampler, { width }: { width: number }, limit = 16, look = () => {}): string[] {
  const asked: string[] = [];
  sampler.begin(0);
  while (true) {
    look();
    const { count, encoded } = sampler.ask(limit);
    if (sampler.ending !== null) return asked;
    for (let index = 0; index < count; index++) {
      const [position, colour] = [encoded[index * 2]!, encoded[index * 2 + 1]!];
      const x = position % width;
      asked.push(`${position} ${colour.toString(16).padStart(6, "0")}`);
      sampler.record(marginAt(x, (position - x) / width, colour), null);
    }
    sampler.tell(new Float64Array(count));
  }
}

describe.each([
  ["a photo", photo],
  ["a grey image", { width: 19, height: 40, channels: 1 }],
  ["a line", { width: 300, height: 1, channels: 3 }],
] as const)("%s", (_, image) => {
  test.each([1, 7, 100, 999])(
    "with a budget of %i: new changes of corner colours, as many as allowed",
    (wanted) => {
      const budget = Math.min(wanted, cornerCount(image) - 1);
      const sampler = createSampler(image, budget, 1, kernel);
      const asked = run(sampler, image);
      expect(asked).toHaveLength(budget);
      expect(new Set(asked).size).toBe(budget);
      expect(sampler.ending).toBe("budget");
      for (const change of asked) {
        expect(change).toMatch(image.channels === 3 ? /^\d+ (ff|00){3}$/ : /^\d+ 0000(00|ff)$/);
      }
    },
  );

  test.each([1, 7, 100, 999])("with a budget of %i: blocks that cover each pixel once", (wanted) => {
    const budget = Math.min(wanted, cornerCount(image) - 1);
    const sampler = createSampler(image, budget, 1, kernel);
    run(sampler, image);
    const covered = new Uint8Array(image.width * image.height);
    for (const { x, y, width, height } of sampler.blocks()) {
      for (let row = y; row < y + height; row++) {
        for (let column = x; column < x + width; column++) covered[row * image.width + column]!++;
      }
    }
    expect(covered.every((times) => times === 1)).toBe(true);
    const tried = sampler.blocks().map(({ margins }) => margins.length);
    expect(tried.reduce((sum, count) => sum + count, 0)).toBe(budget);
    expect(Math.min(...tried)).toBeGreaterThan(0);
    for (const block of sampler.blocks()) {
      expect(block.margins.length).toBeLessThanOrEqual(changesIn(block, image));
    }
  });
});

test("all but one of the changes are tried, if the budget is one too small", () => {
  const small = { width: 5, height: 3, channels: 3 } as const;
  expect(new Set(run(createSampler(small, 119, 1, kernel), small)).size).toBe(119);
});

test("the order depends on the seed alone, neither on the chunk nor on the kernel's", () => {
  const order = (seed: number, limit: number, chunk: number) =>
    run(createSampler(photo, 700, seed, { ...kernel, chunk }), photo, limit);
  expect(order(1, 16, 16)).toEqual(order(1, 3, 16));
  expect(order(1, 16, 16)).toEqual(order(1, 16, 1));
  expect(order(1, 16, 16)).not.toEqual(order(2, 16, 16));
});

test("blocks are smallest where margins are low, down to pixels in every colour", () => {
  const sampler = createSampler(photo, 1500, 1, kernel);
  run(sampler, photo);
  const at = (x: number, y: number) =>
    sampler
      .blocks()
      .find(
        (block) => block.x <= x && x < block.x + block.width && block.y <= y && y < block.y + block.height,
      )!;
  expect(at(40, 7)).toMatchObject({ width: 1, height: 1 });
  expect(at(40, 7).margins).toHaveLength(8);
  expect(at(2, 28).width).toBeGreaterThan(2);
  for (const block of sampler.blocks()) {
    // What is known of a block is what was found in it, also where that was before it was split off.
    const margins = block.changes.map((change) => {
      const position = Math.floor(change / 8);
      const x = position % photo.width;
      const y = (position - x) / photo.width;
      expect(x >= block.x && x < block.x + block.width && y >= block.y && y < block.y + block.height).toBe(
        true,
      );
      const colour = ((change >> 2) & 1) * 0xff0000 + ((change >> 1) & 1) * 0xff00 + (change & 1) * 0xff;
      return marginAt(x, y, colour);
    });
    expect(block.margins).toEqual(margins);
  }
});

test("changes are told once, and together they are the whole map", () => {
  const sampler = createSampler(photo, 900, 1, kernel);
  const shown = new Map<string, number>();
  const key = ({ x, y, size }: { x: number; y: number; size: number }) => `${x} ${y} ${size}`;
  const look = () => {
    for (const block of sampler.changed()) shown.set(key(block), block.margins.length);
  };
  run(sampler, photo, 16, look);
  look();
  expect(sampler.changed()).toEqual([]);
  for (const block of sampler.blocks()) expect(shown.get(key(block))).toBe(block.margins.length);
});
