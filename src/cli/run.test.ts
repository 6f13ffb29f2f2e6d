import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as library from "../node/index.ts";
import { run } from "./run.ts";

const { attack, loadModel, pngBytes } = library;
const CAT = "models/samples/cifar10/cat-3.png";

async function onepixel(...args: string[]) {
  let out = "";
  let error = "";
  const code = await run(args, { out: (text) => (out += text), error: (text) => (error += text) });
  return { code, out, error };
}

test("attack --json prints the library's result, and -o writes its image", async () => {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-cli-"));
  const file = join(folder, "out.png");
  const { code, out, error } = await onepixel(
    "attack",
    CAT,
    "--label",
    "cat",
    "--seed",
    "1",
    "--json",
    "-o",
    file,
  );
  const result = await attack(await loadModel(), readFileSync(CAT), { label: "cat", seed: 1 });
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(out).toBe(`${JSON.stringify(result)}\n`);
  expect(new Uint8Array(readFileSync(file))).toEqual(pngBytes(result.image));
  rmSync(folder, { recursive: true });
});

test("the API's options are taken in kebab-case", async () => {
  const args = ["--pixels", "min", "--max-pixels", "2", "--search", "de", "--mutation-factor", "0.5,1"];
  const { out } = await onepixel("attack", CAT, ...args, "--json");
  expect(JSON.parse(out).settings).toMatchObject({ pixels: "min", maxPixels: 2, mutationFactor: [0.5, 1] });
});

test("without --json, a result is told in words", async () => {
  expect((await onepixel("attack", CAT, "--label", "cat")).out).toMatch(
    /^fooled: cat \(\d+\.\d %\) → \w+ \(\d+\.\d %\), \d+ queries\n {2}x \d+, y \d+: #\w{6} → #\w{6}\n$/,
  );
  expect((await onepixel("attack", CAT, "--label", "dog")).out).toMatch(
    /^misclassified: .* cat .*, not dog\n$/,
  );
  expect((await onepixel("classify", CAT)).out).toMatch(/^cat \d+\.\d %\n/);
  expect((await onepixel("--help")).out).toMatch(/^Usage:/);
});

test.each([
  [[], /no command/],
  [["defend"], /unknown command 'defend'/],
  [["attack"], /missing required argument 'image'/],
  [["map", CAT, CAT], /too many arguments/],
  [["attack", "nowhere.png"], /IMAGE "nowhere.png"/],
  [["attack", "README.md"], /not a PNG/],
  [["attack", CAT, "--seed", "one"], /--seed must be a whole number .*, not "one"/],
  [["attack", CAT, "--search", "luck"], /--search must be one of .*, not "luck"/],
  [["attack", CAT, "--label", "unicorn"], /--label must be one of/],
  [["attack", CAT, "--max-pixels", "3"], /--max-pixels applies to pixels=min/],
  [["attack", CAT, "--colour", "red"], /unknown option '--colour' \(Did you mean --colours\?\)|'--colour'/],
  [["attack", CAT, "--model", "nowhere"], /--model: There is no model "nowhere"/],
  [["attack", CAT, "--model", "docs"], /--model: .* is a folder without model.onnx/],
  [["classify", CAT, "--labels", "docs"], /--labels "docs" cannot be read: /],
  [["attack", CAT, "-o", "nowhere/out.png"], /--output "nowhere\/out.png" .* there is no folder "nowhere"/],
  [["map", CAT, "-o", "nowhere/out.png"], /--output "nowhere\/out.png"/],
  [["init", "cifar10-resnet8", "--normalise", "0-1"], /MODEL "cifar10-resnet8": there is no such file/],
  [["audit", "--truth", "docs"], /--truth "docs" cannot be read: /],
  [["classify", CAT, "--seed", "1"], /'--seed'/],
  [["classify", CAT, "--labels", "nowhere.txt"], /--labels "nowhere.txt" is not a file/],
  [["classify", CAT, "--labels", "a,b"], /2 labels need/],
  [["classify", CAT, "--normalise", "best"], /--normalise must be one of imagenet, .*, not "best"/],
  [["classify", CAT, "--normalise", "0-1", "--mean", "1"], /--mean and --normalise set the same values/],
  [["classify", CAT, "--mean", "1,x,1"], /--mean must be a number or a fraction such as 1\/255, not "x"/],
  [["classify", CAT, "--mean", "1,2"], /"input.mean" must hold one number for each channel/],
  [["classify", CAT, "--size", "32"], /--size must be a width and a height such as 224x224/],
  [["verify", CAT, "README.md"], /RESULT "README.md" is not JSON/],
  [
    ["verify", CAT, "package.json"],
    /RESULT "package.json": image .*; pass the output of onepixel attack --json/,
  ],
])("%j ends with exit code 2 and one line", async (args, message) => {
  const { code, out, error } = await onepixel(...args);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toMatch(/^onepixel: .*\n$/);
  expect(error).toMatch(message);
});

test("several images give one line of JSON each, and their files in a folder", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "onepixel-cli-")), "fooled");
  const dog = "models/samples/cifar10/dog-0.png";
  const { code, out } = await onepixel("attack", CAT, dog, "--budget", "50", "--json", "-o", folder);
  expect(code).toBe(0);
  const results = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(results.map(({ settings }) => settings.budget)).toEqual([50, 50]);
  const { manifest } = await loadModel();
  expect(results.every(({ label }) => manifest.labels.includes(label))).toBe(true);
  const files = ["cat-3.png", "dog-0.png"].map((name) => new Uint8Array(readFileSync(join(folder, name))));
  expect(files).toEqual(results.map(({ image }) => pngBytes(image)));
  rmSync(folder, { recursive: true });
});

test("a file that is no image is named before any is attacked, and no file overwrites another", async () => {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-cli-"));
  const broken = join(folder, "cat-3.png");
  writeFileSync(broken, readFileSync(CAT).subarray(0, 100));
  for (const command of ["attack", "classify"]) {
    const { code, out, error } = await onepixel(command, CAT, broken, "--json");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error).toContain(`IMAGE "${broken}": `);
  }
  const twice = await onepixel("attack", CAT, broken, "-o", join(folder, "fooled"));
  expect(twice.code).toBe(2);
  expect(twice.error).toContain(`--output: ${CAT} and ${broken} would both be written as cat-3.png`);
  rmSync(folder, { recursive: true });
});

test("--quiet leaves what --json prints, and nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-cli-"));
  const result = join(folder, "result.json");
  const attacked = await onepixel("attack", CAT, "--label", "cat", "--json", "--quiet");
  writeFileSync(result, attacked.out);
  expect(JSON.parse(attacked.out).label).toBe("cat");
  const commands = [
    ["attack", CAT, "--budget", "20"],
    ["map", CAT],
    ["targets", CAT, "--budget", "20"],
    ["classify", CAT],
    ["verify", CAT, result],
  ];
  for (const command of commands)
    expect(await onepixel(...command, "-q"), command[0]).toEqual({ code: 0, out: "", error: "" });
  rmSync(folder, { recursive: true });
});

test("colours are printed where they are shown", async () => {
  let out = "";
  const io = { out: (text: string) => (out += text), error: () => {}, colours: true };
  await run(["attack", CAT, "--label", "cat"], io);
  expect(out.startsWith("\u001B[31mfooled\u001B[39m: cat ")).toBe(true);
});

test("map and targets --json print the library's results and write their pictures", async () => {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-cli-"));
  const model = await loadModel();
  const bytes = readFileSync(CAT);
  const heat = join(folder, "heat.png");
  const mapped = await onepixel("map", CAT, "--label", "cat", "--json", "-o", heat);
  expect(JSON.parse(mapped.out)).toEqual(
    JSON.parse(JSON.stringify(await library.map(model, bytes, { label: "cat" }))),
  );
  expect((await library.decodeImage(readFileSync(heat))).width).toBeGreaterThan(300);
  const reached = await onepixel("targets", CAT, "--label", "cat", "--budget", "200", "--json", "-o", folder);
  const result = await library.targets(model, bytes, { label: "cat", budget: 200 });
  expect(JSON.parse(reached.out)).toEqual(JSON.parse(JSON.stringify(result)));
  const fooled = result.targets.filter(({ status }) => status === "fooled");
  expect(fooled.length).toBeGreaterThan(0);
  for (const { target, image } of fooled) {
    expect(new Uint8Array(readFileSync(join(folder, `${target}.png`)))).toEqual(pngBytes(image));
  }
  rmSync(folder, { recursive: true });
});

test("verify ends with 0 where every claim holds, and with 1 where one does not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-cli-"));
  const file = join(folder, "result.json");
  const result = await attack(await loadModel(), readFileSync(CAT), { label: "cat" });
  writeFileSync(file, JSON.stringify(result));
  const holds = await onepixel("verify", CAT, file);
  expect(holds.code).toBe(0);
  expect(holds.out).toMatch(/^every claim holds\n/);
  writeFileSync(file, JSON.stringify({ ...result, after: { ...result.after, probability: 0.001 } }));
  const fails = await onepixel("verify", CAT, file, "--json");
  expect(fails.code).toBe(1);
  expect(JSON.parse(fails.out).holds).toBe(false);
  rmSync(folder, { recursive: true });
});

test("Ctrl-C ends an attack with the best so far and exit code 3", async () => {
  const stopped = new AbortController();
  stopped.abort();
  let out = "";
  const io = { out: (text: string) => (out += text), error: () => {}, signal: stopped.signal };
  expect(await run(["attack", CAT, "--json"], io)).toBe(3);
  expect(out).toBe("");
});

test.each([
  "attack",
  "map",
  "targets",
  "verify",
  "classify",
  "audit",
  "init",
  "report",
  "badge",
  "serve",
  "completion",
])("help of %s has an example", async (command) => {
  const { code, out } = await onepixel(command, "--help");
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`\\$ .*onepixel ${command}`));
});
