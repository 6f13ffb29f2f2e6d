/**
 * onepixel beside torchattacks, ART and Sparse-RS: the same model, the same images, one thread each.
 *
 *   npm run bench:peers -- --python VENV/bin/python --sparse-rs FOLDER --images 25 --pixels 1
 *
 * With `--preset paper --programs onepixel`, the search of the paper in onepixel.
 * VENV has the packages of bench/peers/requirements.txt, FOLDER the authors' code (github.com/fra31/sparse-rs).
 * Prints a table in Markdown. Success is judged by onnxruntime on the 8-bit images, for all alike.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { changedPixels } from "../../src/core/attack/adversarial-image.ts";
import { argmax } from "../../src/core/attack/objectives.ts";
import { evaluationImage, type LabelledImage } from "../../src/core/audit/evaluation-set.ts";
import { type AttackOptions, decodeImage, pngBytes, type Raster } from "../../src/node/index.ts";
import { evaluationFile, nodeRegistry } from "../../src/node/services.ts";
import { run } from "./programs/onepixel.ts";

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    "sparse-rs": { type: "string" },
    images: { type: "string", default: "25" },
    pixels: { type: "string", default: "1" },
    preset: { type: "string" },
    programs: { type: "string", default: "onepixel,torchattacks_onepixel,art_pixel,sparse_rs" },
  },
});

const MODEL = "cifar10-resnet8";
const classifier = nodeRegistry().get(MODEL)!;
const { labels, input } = classifier.manifest;
const pixels = Number(values.pixels);
const preset = values.preset as AttackOptions["preset"];

/** The first images of the evaluation set that the model gets right. */
async function chooseImages(count: number): Promise<LabelledImage[]> {
  const chosen: LabelledImage[] = [];
  for (let index = 0; chosen.length < count; index++) {
    const one = evaluationImage(evaluationFile(), index);
    if (argmax(await classifier.probabilities(one.image)) === one.label) chosen.push(one);
  }
  return chosen;
}

interface Outcome {
  readonly adversarial: readonly Raster[];
  readonly seconds: number;
  /** Of the processor, which other programs on the machine change less. */
  readonly cpu: number;
  /** Images that the network computed. */
  readonly queries: number;
}

async function runOnepixel(images: readonly LabelledImage[]): Promise<Outcome> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const results = await run(
    MODEL,
    images.map(({ image }) => image),
    images.map(({ label }) => labels[label]!),
    { pixels, preset },
  );
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  const adversarial = await Promise.all(results.map(({ image }) => decodeImage(pngBytes(image))));
  // `cost` counts no confirmations: the unchanged image and the returned one are added.
  const queries = results.reduce((sum, { cost }) => sum + cost.queries + 2, 0);
  return { adversarial, seconds, cpu: (user + system) / 1e6, queries };
}

function runPython(program: string, images: readonly LabelledImage[]): Outcome {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-peers-"));
  try {
    const { mean, std } = input;
    const onnx = resolve(`models/${MODEL}/model.onnx`);
    const task = {
      onnx,
      mean,
      std,
      count: images.length,
      labels: images.map(({ label }) => label),
      pixels,
      seed: 1,
    };
    writeFileSync(join(folder, "task.json"), JSON.stringify(task));
    writeFileSync(join(folder, "images.bin"), Buffer.concat(images.map(({ image }) => image.data)));
    const env = { ...process.env, PYTHONPATH: values["sparse-rs"] ?? "", OMP_NUM_THREADS: "1" };
    execFileSync(values.python!, ["bench/peers/run.py", program, folder], {
      env,
      stdio: ["ignore", 2, "inherit"],
    });
    const { seconds, cpu, queries } = JSON.parse(readFileSync(join(folder, "outcome.json"), "utf8"));
    const bytes = new Uint8Array(readFileSync(join(folder, "adversarial.bin")));
    const size = 32 * 32 * 3;
    const adversarial = images.map(({ image }, at) => ({
      ...image,
      data: bytes.subarray(at * size, (at + 1) * size),
    }));
    return { adversarial, seconds, cpu, queries };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How many images are taken for another label and differ in at most k pixels. */
async function fooled(images: readonly LabelledImage[], adversarial: readonly Raster[]): Promise<number> {
  let count = 0;
  for (const [at, { image, label }] of images.entries()) {
    const changed = changedPixels(image, adversarial[at]!).length;
    if (changed > pixels) throw new Error(`Image ${at} differs in ${changed} pixels.`);
    if (argmax(await classifier.probabilities(adversarial[at]!)) !== label) count++;
  }
  return count;
}

/** Lines that hold code. */
const linesOf = (file: string) =>
  readFileSync(`bench/peers/programs/${file}`, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "").length;

const images = await chooseImages(Number(values.images));
console.log(`${images.length} images, ${pixels} pixels\n`);
console.log("| | fooled | queries, mean | seconds | of them processor | lines of code |");
console.log("|---|---|---|---|---|---|");
for (const program of values.programs.split(",")) {
  const isOurs = program === "onepixel";
  const outcome = isOurs ? await runOnepixel(images) : runPython(program, images);
  const count = await fooled(images, outcome.adversarial);
  const mean = Math.round(outcome.queries / images.length).toLocaleString("en");
  const lines = linesOf(`${program}.${isOurs ? "ts" : "py"}`);
  console.log(
    `| ${program} | ${count} of ${images.length} | ${mean} | ${outcome.seconds.toFixed(1)} | ${outcome.cpu.toFixed(1)} | ${lines} |`,
  );
}
