/** Builds the page: what `[assets]` in wrangler.toml serves. */
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import sharp from "sharp";
import { groupBy } from "../../src/core/audit/statistics/group-by.ts";
import type { SampleFile } from "../../src/node/sets.ts";

/** Thumbnails in a row of a sheet; src/page/choose/samples.tsx reads the sheets by it. */
const COLUMNS = 10;
/** The side of a thumbnail: of a small image its own, of a photo what the page shows. */
const SMALL = 32;
const LARGE = 96;

/** One picture of a set's thumbnails, in the order in which the API lists them. */
async function writeSheet(files: readonly string[], sheet: string): Promise<void> {
  const { width = 0, height = 0 } = await sharp(files[0]).metadata();
  const side = Math.max(width, height) <= SMALL ? SMALL : LARGE;
  const tiles = await Promise.all(
    files.map(async (file, index) => ({
      input: await sharp(file).resize(side, side, { fit: "cover" }).png().toBuffer(),
      left: (index % COLUMNS) * side,
      top: Math.floor(index / COLUMNS) * side,
    })),
  );
  const rows = Math.max(1, Math.ceil(files.length / COLUMNS));
  await sharp({
    create: { width: COLUMNS * side, height: rows * side, channels: 3, background: "white" },
  })
    .composite(tiles)
    .webp({ quality: 88 })
    .toFile(sheet);
}

/**
 * Writes the page's assets: the hand-written files of `public/`, the bundled script and style sheet of
 * `src/page/`, and a sheet of samples for each set.
 * @param samples the samples, in the order in which the API lists them
 * @param folder is emptied first
 * @returns the bytes of the script and style sheet after gzip
 */
export async function buildPage(samples: readonly SampleFile[], folder: string): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync("public", folder, { recursive: true });
  await build({
    entryPoints: ["src/page/page.tsx", "src/page/page.css"],
    outdir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
  });
  mkdirSync(join(folder, "samples"));
  for (const [set, own] of groupBy(samples, (sample) => sample.set)) {
    const files = own.map(({ file }) => file);
    await writeSheet(files, join(folder, "samples", `${set}.webp`));
  }
  return ["page.js", "page.css"].reduce(
    (total, file) => total + gzipSync(readFileSync(join(folder, file))).length,
    0,
  );
}
