import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Foreign, foreignOnnx } from "../../../test/support/foreign-model.ts";
import { writePhotos } from "../../../test/support/photos.ts";
import { decodeImage } from "../../node/index.ts";
import { openModel } from "../../node/open-model.ts";
import { run } from "../run.ts";

const root = mkdtempSync(join(tmpdir(), "onepixel-audit-"));
const path = (...names: string[]) => join(root, ...names);
const photos = path("photos");
const labels = path("labels.txt");
const usual: Foreign = { channels: 1, side: 8, layout: "NCHW", batch: 1, softmax: false, range: 1 };
let names: [string, string][];

async function onepixel(...args: string[]) {
  let out = "";
  let error = "";
  const io = { out: (text: string) => (out += text), error: (text: string) => (error += text) };
  return { code: await run(args, io, "1.2.3"), out, error };
}

const model = ["--model", path("fragile.onnx"), "--labels", labels, "--normalise", "0-1"];
const robust = ["--model", path("robust.onnx"), "--labels", labels, "--normalise", "0-1"];
const audit = (out: string, ...args: string[]) =>
  onepixel("audit", ...model, "--images", photos, "--budget", "60", "--out", path(out), ...args);

beforeAll(async () => {
  writeFileSync(labels, "day\nnight\nold ship\n");
  writeFileSync(path("fragile.onnx"), new Uint8Array(foreignOnnx(usual)));
  writeFileSync(path("robust.onnx"), new Uint8Array(foreignOnnx({ ...usual, pool: "average" })));
  const named = { labels: ["day", "night", "old ship"], normalise: "0-1" } as const;
  names = await writePhotos(photos, await openModel(path("fragile.onnx"), named), 40);
  await writePhotos(path("robust-photos"), await openModel(path("robust.onnx"), named), 40);
});
afterAll(() => rmSync(root, { recursive: true }));

/** Every final file of an audit, by name. */
function filesOf(folder: string): Map<string, string> {
  const files = readdirSync(path(folder), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name).slice(path(folder).length + 1))
      .filter((name) => name !== "outcomes.jsonl")
      .sort()
      .map((name) => [name, readFileSync(path(folder, name), "base64")]),
  );
}

const json = (...names: string[]) => JSON.parse(readFileSync(path(...names), "utf8"));
const text = (...names: string[]) => readFileSync(path(...names), "utf8");

describe("the files of an audit", () => {
  beforeAll(async () => {
    const { code, out } = await audit("one", "--threads", "1", "--pixels", "1,2");
    expect(code).toBe(0);
    expect(out).toMatch(/^fragile: right on 36 of 40 images\n {2}1 pixel: \d+\.\d % fooled, \d+ of 36 /);
  });

  test("are the same bytes however many threads made them", async () => {
    await audit("two", "--threads", "2", "--pixels", "1,2");
    expect(filesOf("two")).toEqual(filesOf("one"));
  });

  test("name the images, say that they are self-reported, and hold no clock but the date", () => {
    const report = json("one", "report.json");
    expect(report.images).toEqual({
      set: "own",
      count: 40,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(report.date).toBe(json("one", "run.json").date);
    const lines = text("one", "outcomes.csv").trimEnd().split("\r\n");
    expect(lines).toHaveLength(1 + 40 * 2);
    expect(lines[1]).toMatch(new RegExp(`^0,${names[0]![1]},1,.*,${names[0]![0]}$`));
    expect(json("one", "badge.json").label).toBe("pixel attack, self-reported");
    expect(text("one", "badge.svg")).toContain("<title>pixel attack, self-reported: 1px: ");
    const page = text("one", "report.html");
    expect(page).toContain("<strong>Self-reported.</strong>");
    expect(page).not.toMatch(/<script|(?:src|href)="(?!data:|report\.json")/);
  });

  test("hold every fooled image, which fools the classifier", async () => {
    const [row] = json("one", "report.json").rows;
    const files = readdirSync(path("one", "fooled"));
    const own = files.filter((name) => name.startsWith("1px-"));
    expect(own).toHaveLength(row.statistics.fooled.count);
    expect(own.length).toBeGreaterThan(3);
    const loaded = await openModel(path("fragile.onnx"), {
      labels: ["day", "night", "old ship"],
      normalise: "0-1",
    });
    const said = await onepixel("classify", ...model, path("one", "fooled", own[0]!), "--json");
    expect(own[0]).toContain(JSON.parse(said.out).label.replace(" ", "-"));
    const { width, height } = await decodeImage(readFileSync(path("one", "fooled", own[0]!)));
    expect({ width, height }).toEqual({
      width: loaded.manifest.input.width,
      height: loaded.manifest.input.height,
    });
  });

  test("state the result for in-toto, with both digests", () => {
    const { subject, predicateType, predicate } = json("one", "statement.json");
    const { model: audited, images, rows } = json("one", "report.json");
    expect(subject.map(({ digest }: { digest: object }) => digest)).toEqual([
      { sha256: audited.sha256 },
      { sha256: images.sha256 },
    ]);
    expect(predicateType).toBe("https://in-toto.io/attestation/eval-result/v0.1");
    expect(predicate.claims).toHaveLength(2);
    expect(Number(predicate.claims[0].threshold)).toBeCloseTo(rows[0].statistics.fooled.rate, 5);
    expect(predicate).toMatchObject({ sampleSize: 36, harness: { name: "onepixel", version: "1.2.3" } });
  });

  test("are what report and badge print again", async () => {
    const printed = await onepixel("report", path("one"));
    expect(printed.out).toMatch(/^fragile: right on 36 of 40 images\n/);
    expect(JSON.parse((await onepixel("report", path("one"), "--json")).out)).toEqual(
      json("one", "report.json"),
    );
    expect((await onepixel("badge", path("one"))).out).toBe(text("one", "badge.svg"));
    const second = JSON.parse((await onepixel("badge", path("one"), "--pixels", "2", "--json")).out);
    expect(second.message).toMatch(/^2px: /);
    const unknown = await onepixel("badge", path("one"), "--pixels", "5");
    expect(unknown).toMatchObject({
      code: 2,
      error: expect.stringContaining("--pixels must be one of 1, 2"),
    });
  });

  test("do not change when the finished audit is run again, and another audit is refused", async () => {
    const before = filesOf("one");
    const again = await audit("one", "--pixels", "1,2");
    expect(again).toMatchObject({
      code: 0,
      error: expect.stringContaining("contains 80 attacks of this audit"),
    });
    expect(filesOf("one")).toEqual(before);
    const other = await audit("one", "--pixels", "1");
    expect(other).toMatchObject({
      code: 2,
      error: expect.stringContaining("contains another audit, of fragile"),
    });
  });

  test("with other file names, labels or bytes have another digest", async () => {
    const digestOf = async (out: string, folder: string) => {
      await onepixel(
        "audit",
        ...model,
        "--images",
        folder,
        "--budget",
        "1",
        "--pixels",
        "1",
        "--out",
        path(out),
      );
      return json(out, "report.json").images.sha256;
    };
    const copy = path("copy");
    const [[name], [other]] = names as [[string, string], [string, string]];
    for (const [each] of names) {
      mkdirSync(join(copy, each.split("/")[0]!), { recursive: true });
      copyFileSync(join(photos, each), join(copy, each));
    }
    const original = json("one", "report.json").images.sha256;
    expect(await digestOf("d1", copy)).toBe(original);
    renameSync(join(copy, name), join(copy, name.replace(".png", "b.png")));
    expect(await digestOf("d2", copy)).not.toBe(original);
    renameSync(join(copy, name.replace(".png", "b.png")), join(copy, name));
    copyFileSync(join(photos, other), join(copy, name));
    expect(await digestOf("d3", copy)).not.toBe(original);
  });
});

describe("thresholds", () => {
  const cases = [
    ["100", 0],
    ["0", 1],
  ] as const;
  test.each(cases)("--max-fooled %s exits with %i", async (most, code) => {
    const result = await audit(`max-${most}`, "--pixels", "1", "--max-fooled", most);
    expect(result.code).toBe(code);
    expect(result.out).toContain(`${code === 0 ? "holds" : "BROKEN"}: With 1 pixel, at most ${most} %`);
    expect(text(`max-${most}`, "junit.xml").includes("<failure ")).toBe(code === 1);
    expect(json(`max-${most}`, "statement.json").predicate.claims[0].passed).toBe(code === 0);
  });

  test("--fail-if-worse exits with 1 for a model that is easier to fool, and with 0 for the same and the other way", async () => {
    await audit("fragile", "--pixels", "1");
    const images = ["--images", path("robust-photos"), "--budget", "60", "--pixels", "1"];
    await onepixel("audit", ...robust, ...images, "--out", path("robust"));
    const against = (out: string, baseline: string) =>
      onepixel("report", path(out), "--baseline", path(baseline, "report.json"), "--fail-if-worse");
    const worse = await against("fragile", "robust");
    expect(worse.code).toBe(1);
    expect(worse.out).toMatch(/BROKEN: With 1 pixel, the fooled rate may not be worse than the baseline's: /);
    expect((await against("robust", "fragile")).code).toBe(0);
    const gate = ["--baseline", path("fragile", "report.json"), "--fail-if-worse"];
    const same = await audit("again", "--pixels", "1", ...gate, "--markdown");
    expect(same.code).toBe(0);
    expect(same.out).toMatch(/\| 0\.0 \(-\d+\.\d to \+\d+\.\d\): no clear change \|/);
    expect(same.out).toContain("Every threshold holds.");
    const robustGate = ["--baseline", path("robust", "report.json"), "--fail-if-worse"];
    expect((await audit("fragile", "--pixels", "1", ...robustGate)).code).toBe(1);
  });

  test("a baseline of other attacks, and a file that is none, are refused", async () => {
    await audit("small", "--pixels", "1");
    await audit("large", "--pixels", "1", "--budget", "61");
    const other = await onepixel("report", path("small"), "--baseline", path("large"));
    expect(other).toMatchObject({
      code: 2,
      error: expect.stringContaining("budget=61, but this audit has budget=60"),
    });
    const none = await onepixel("report", path("small"), "--baseline", "package.json");
    expect(none).toMatchObject({ code: 2, error: expect.stringContaining("is not a report of an audit") });
  });
});

test("a line that was cut off is taken away, and its attack made again", async () => {
  await audit("cut", "--pixels", "1");
  const before = filesOf("cut");
  const log = path("cut", "outcomes.jsonl");
  const whole = readFileSync(log, "utf8");
  writeFileSync(log, whole.slice(0, -25));
  const { code, error } = await audit("cut", "--pixels", "1");
  expect(code).toBe(0);
  expect(error).toContain("contains 39 attacks");
  expect(filesOf("cut")).toEqual(before);
  expect(readFileSync(log, "utf8").split("\n").sort()).toEqual(whole.split("\n").sort());
});

describe("the images of an audit", () => {
  const with_ = (...args: string[]) =>
    onepixel("audit", ...model, "--budget", "1", "--pixels", "1", "--out", path("refused"), ...args);

  test("may be named by a CSV file, and are then the same data set", async () => {
    const rows = names.map(([file, label]) => `"${file}",${label}`);
    writeFileSync(
      path("photos", "truth.csv"),
      `\uFEFFlabel,other,file\r\n${rows.map((row) => row.split(",").reverse().join(",x,")).join("\r\n")}\r\n`,
    );
    const { code } = await onepixel(
      "audit",
      ...model,
      "--truth",
      path("photos", "truth.csv"),
      "--budget",
      "60",
      "--pixels",
      "1",
      "--out",
      path("truth"),
    );
    rmSync(path("photos", "truth.csv"));
    expect(code).toBe(0);
    await audit("folder", "--pixels", "1");
    expect(json("truth", "report.json")).toEqual(json("folder", "report.json"));
  });

  test("may be a sample, the same for the same seed", async () => {
    const sample = (out: string, seed: string) =>
      audit(out, "--pixels", "1", "--count", "10", "--image-seed", seed);
    await Promise.all([sample("s1", "5"), sample("s2", "5"), sample("s3", "6")]);
    expect(json("s2", "report.json")).toEqual(json("s1", "report.json"));
    expect(json("s3", "report.json").images.sha256).not.toBe(json("s1", "report.json").images.sha256);
    expect(json("s1", "report.json").images.count).toBe(10);
  });

  test("are refused where their labels, files or folders are not as they must be", async () => {
    const error = async (...args: string[]) => {
      const result = await with_(...args);
      expect(result.code).toBe(2);
      return result.error;
    };
    expect(await error()).toContain("there are no images: name a folder with --images");
    expect(await error("--images", path("nowhere"))).toContain(
      "is neither a folder nor the id of a shipped set",
    );
    const folder = path("bad");
    mkdirSync(join(folder, "fog"), { recursive: true });
    mkdirSync(join(folder, "night"), { recursive: true });
    expect(await error("--images", folder)).toContain("it contains no PNG, JPEG or WebP file");
    copyFileSync(join(photos, names[0]![0]), join(folder, "fog", "a.png"));
    expect(await error("--images", folder)).toContain(
      "the folders fog are not labels of the model, which has day, night, old ship",
    );
    copyFileSync(join(photos, names[0]![0]), join(folder, "b.png"));
    expect(await error("--images", folder)).toContain("b.png is not in a label folder");
    rmSync(join(folder, "b.png"));
    renameSync(join(folder, "fog", "a.png"), join(folder, "night", "a.png"));
    writeFileSync(join(folder, "night", "broken.png"), "no image");
    expect(await error("--images", folder)).toContain("night/broken.png: ");
    expect(await error("--images", photos, "--count", "41")).toContain("--count must be at most 40");
    const truth = (content: string) => {
      writeFileSync(path("truth.csv"), content);
      return error("--truth", path("truth.csv"), "--images", photos);
    };
    expect(await truth("name,label\n")).toContain('there is no column "file"');
    expect(await truth("file,label\nnowhere.png,day\n")).toContain("line 2: there is no file");
    expect(await truth(`file,label\n${names[0]![0]},day\n${names[0]![0]},day\n`)).toContain("line 3: ");
    expect(await truth(`file,label\n${names[0]![0]},fog\n`)).toContain(
      "the labels fog are not labels of the model",
    );
  });

  test("may lie in folders that are links", async () => {
    mkdirSync(path("linked"));
    for (const label of readdirSync(photos)) symlinkSync(join(photos, label), path("linked", label));
    await with_("--images", path("linked"), "--out", path("of-links"));
    await with_("--images", photos, "--out", path("of-folders"));
    expect(json("of-links", "report.json").images).toEqual(json("of-folders", "report.json").images);
  });

  test("that are no images by their names are left out, and counted", async () => {
    const folder = path("mixed", "day");
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(photos, names[0]![0]), join(folder, "a.PNG"));
    writeFileSync(join(folder, "notes.txt"), "");
    writeFileSync(join(folder, ".hidden"), "");
    const { code, error } = await with_("--images", path("mixed"), "--out", path("left-out"));
    expect(code).toBe(0);
    expect(error).toContain("skipped 1 files without a PNG, JPEG or WebP file name");
  });
});

describe("a normalisation that nobody knows", () => {
  const unknown = ["--model", path("fragile.onnx"), "--labels", labels];

  test("is asked for, with what each choice does to the accuracy", async () => {
    const { code, error } = await onepixel("audit", ...unknown, "--images", photos, "--out", path("unknown"));
    expect(code).toBe(2);
    expect(error).toMatch(
      /--normalise is required: .* Images classified correctly: mnist \d+ of 40, 0-1 36 of 40, /,
    );
    expect(existsSync(path("unknown"))).toBe(false);
  });

  test("is asked for by attack too, without images to try it on", async () => {
    const { code, error } = await onepixel("attack", ...unknown, join(photos, names[0]![0]));
    expect(code).toBe(2);
    expect(error).toContain("--normalise must be one of mnist, 0-1, -1-1, none");
  });
});

test("init writes a manifest that the other commands use, and overwrites none", async () => {
  const folder = path("mine");
  mkdirSync(folder);
  copyFileSync(path("fragile.onnx"), join(folder, "model.onnx"));
  const init = (...args: string[]) => onepixel("init", folder, "--labels", labels, ...args);
  expect((await init()).error).toContain("--normalise is required: the model file does not specify");
  expect((await init("--images", photos)).error).toContain("0-1 36 of 40");
  expect((await init("--scale", "1/255")).code).toBe(0);
  const manifest = json("mine", "manifest.json");
  expect(manifest).toMatchObject({
    id: "mine",
    labels: ["day", "night", "old ship"],
    output: "logits",
    input: { width: 8, height: 8, channels: 1, layout: "NCHW", mean: [0], std: [1] },
  });
  const image = join(photos, names[0]![0]);
  const said = async (...args: string[]) =>
    JSON.parse((await onepixel("classify", image, "--json", ...args)).out).probabilities;
  expect(await said("--model", folder)).toEqual(await said(...model));
  expect(await init("--scale", "1")).toMatchObject({ code: 2, error: expect.stringContaining("--force") });
  expect((await init("--normalise", "none", "--json")).out).toContain('"scale":1,');
  expect((await init("--normalise", "none", "--force")).code).toBe(0);
  expect(json("mine", "manifest.json").input.scale).toBe(1);
});
