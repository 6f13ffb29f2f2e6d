/** Builds the page: what `[assets]` in wrangler.toml serves. */
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import sharp from "sharp";

/** Thumbnails in a row of the sheet, and the side of one; src/page/choose/samples.tsx reads the sheet by them. */
const COLUMNS = 10;
const SIDE = 32;

/** One picture of all samples' thumbnails, in the order in which the API lists them. */
async function writeSheet(files: readonly string[], sheet: string): Promise<void> {
  const tiles = await Promise.all(
    files.map(async (file, index) => ({
      input: await sharp(file).resize(SIDE, SIDE, { fit: "cover" }).png().toBuffer(),
      left: (index % COLUMNS) * SIDE,
      top: Math.floor(index / COLUMNS) * SIDE,
    })),
  );
  const rows = Math.max(1, Math.ceil(files.length / COLUMNS));
  await sharp({
    create: { width: COLUMNS * SIDE, height: rows * SIDE, channels: 3, background: "white" },
  })
    .composite(tiles)
    .webp({ quality: 88 })
    .toFile(sheet);
}

/**
 * Writes the page's assets: the hand-written files of `public/`, the bundled script and style sheet of
 * `src/page/`, and the sheet of samples.
 * @param samples the samples' PNG files, in the order in which the API lists them
 * @param folder is emptied first
 * @returns the bytes of the script and style sheet after gzip
 */
export async function buildPage(samples: readonly string[], folder: string): Promise<number> {
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
    external: ["/samples.webp"],
  });
  await writeSheet(samples, join(folder, "samples.webp"));
  return ["page.js", "page.css"].reduce(
    (total, file) => total + gzipSync(readFileSync(join(folder, file))).length,
    0,
  );
}
