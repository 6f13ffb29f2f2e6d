import { readdirSync } from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { fixture, initCodecsInNode } from "../../../test/support/codecs.ts";
import { decodeImage } from "./decode.ts";
import { ImageError } from "./error.ts";
import { isPng, readChunks, writeChunks } from "./png/chunks.ts";

beforeAll(initCodecsInNode);

const originals = readdirSync(new URL("../../../test/fixtures", import.meta.url))
  .filter((name) => /\.(png|jpg|webp)$/.test(name) && !name.includes("bomb"))
  .map(fixture);

let state = 1;
/** A whole number below `limit`, the same in each run. */
function random(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

function scratch(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  for (let change = random(4); change >= 0 && copy.length > 0; change--)
    copy[random(copy.length)] = random(256);
  return copy;
}

/** Damages a PNG behind its checksums, which would otherwise give all damage away. */
function scratchInside(bytes: Uint8Array): Uint8Array {
  const chunks = readChunks(bytes);
  const target = random(chunks.length);
  return writeChunks(
    chunks.map(({ type, data }, index) => {
      if (index !== target) return { type, data };
      try {
        if (type === "IDAT") return { type, data: deflateSync(scratch(inflateSync(data))) };
      } catch {
        // A part of a split stream, which does not decompress alone.
      }
      return { type, data: scratch(data) };
    }),
  );
}

test("10,000 damaged files are refused or decoded", async () => {
  let decoded = 0;
  const before = process.memoryUsage().rss;
  for (let trial = 0; trial < 10_000; trial++) {
    const original = originals[random(originals.length)]!;
    const bytes = isPng(original) && random(2) === 0 ? scratchInside(original) : scratch(original);
    try {
      const { width, height, data } = await decodeImage(bytes);
      expect(data.length).toBe(width * height * 3);
      decoded += 1;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
    }
  }
  expect(decoded).toBeGreaterThan(1000);
  expect(decoded).toBeLessThan(9000);
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  console.log(
    `10,000 damaged files, ${decoded} of them decoded: resident memory ${grown.toFixed(0)} MiB more`,
  );
});
