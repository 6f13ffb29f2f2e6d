/**
 * Attacks photos and writes the section on photos of docs/results.md (and docs/results.json): how many fall to how many of
 * their pixels, and one search beside another on the same photos.
 *
 *   npm run evaluate:photos -- --model imagenet-efficientnet-lite0 --photos FOLDER --pixels 1,5,50,273 --space input,source
 *   npm run evaluate:photos -- --model FOLDER --photos FOLDER --pixels 20,50,273 --search auto,sparse-rs --count 30
 *
 * `--count 30` takes 30 photos, evenly spaced in the order of their names. A run that was ended goes on where it stopped:
 * outcomes are kept in .evaluate/. The section has the last run of each command.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openAny } from "../bench/models.ts";
import { resolveOptions } from "../src/core/attack/options/options.ts";
import {
  type AttackSettings,
  type Search,
  type Space,
  searches,
} from "../src/core/attack/options/settings.ts";
import { attack } from "../src/core/attack/run.ts";
import { decodeImage } from "../src/core/image/decode.ts";
import { inputOf } from "../src/core/input.ts";
import { kernelModule } from "../src/node/services.ts";
import "../src/node/index.ts";
import type { PhotoOutcome, PhotoRow } from "./evaluate/photo-results.ts";
import { writePhotoResults } from "./evaluate/results.ts";
import { identityOf, openStore } from "./evaluate/store.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    photos: { type: "string" },
    pixels: { type: "string", default: "1,5,50,273" },
    space: { type: "string", default: "input" },
    search: { type: "string", default: "auto" },
    budget: { type: "string", default: "10000" },
    count: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
if (values.model === undefined || values.photos === undefined) {
  console.error("Say which classifier and which photos: --model ID --photos FOLDER.");
  process.exit(2);
}
const classifier = await openAny(values.model);
const { manifest } = classifier;
const budget = Number(values.budget);

const all = readdirSync(values.photos)
  .filter((name) => /\.(png|jpe?g|webp)$/.test(name))
  .sort();
const count = values.count === undefined ? all.length : Number(values.count);
if (!(count >= 1 && count <= all.length)) {
  console.error(`--count must be from 1 to ${all.length}, the photos of ${values.photos}.`);
  process.exit(2);
}
const files = Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
const photos = files.map((file) => readFileSync(join(values.photos!, file)));

async function attackPhoto(photo: Uint8Array, settings: AttackSettings) {
  const input = inputOf(classifier, await decodeImage(photo), settings.space);
  const start = process.cpuUsage();
  const context = { classifier: input.classifier, kernelModule: kernelModule(), image: input.image };
  const { status, cost } = await attack({ ...context, settings });
  const { user, system } = process.cpuUsage(start);
  return { isFooled: status === "fooled", queries: cost.queries, seconds: (user + system) / 1e6 };
}

async function evaluateRow(space: Space, pixels: number, search: Search): Promise<PhotoRow> {
  const bounds = { ...manifest.input, labels: manifest.labels, maxBudget: budget };
  const outcomes: PhotoOutcome[] = [];
  for (const [index, photo] of photos.entries()) {
    const { width, height } = inputOf(classifier, await decodeImage(photo), space).image;
    const seed = Number(values.seed);
    const settings = resolveOptions({ pixels, search, seed, budget, space }, { ...bounds, width, height });
    const store = openStore<PhotoOutcome>(".evaluate", [...identityOf(classifier), files.join()], settings);
    const known = store.get(index);
    const outcome = known ?? { index, file: files[index]!, ...(await attackPhoto(photo, settings)) };
    if (!known) store.add(outcome);
    outcomes.push(outcome);
    const fooled = outcomes.filter(({ isFooled }) => isFooled).length;
    process.stderr.write(
      `${space}, ${pixels} pixels, ${search}: ${outcomes.length}/${count}, ${fooled} fooled\n`,
    );
  }
  return { space, pixels, search, budget, outcomes };
}

const rows: PhotoRow[] = [];
for (const space of values.space.split(",") as Space[]) {
  for (const pixels of values.pixels.split(",").map(Number)) {
    for (const search of values.search.split(",") as Search[]) {
      if (!searches.includes(search))
        throw new Error(`--search: "${search}" is not one of ${searches.join(", ")}.`);
      rows.push(await evaluateRow(space, pixels, search));
    }
  }
}
writePhotoResults({
  command: `npm run evaluate:photos -- ${process.argv.slice(2).join(" ")}`,
  model: { id: manifest.id, sha256: classifier.sha256 },
  rows,
});
