import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  audit,
  filesOf,
  json,
  model,
  names,
  onepixel,
  path,
  photos,
  robust,
  text,
} from "../../../test/support/photo-audit.ts";
import { decodeImage } from "../../node/index.ts";
import { openModel } from "../../node/open-model.ts";

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
