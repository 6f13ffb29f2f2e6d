import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { audit, json, model, names, onepixel, path, photos } from "../../../test/support/photo-audit.ts";

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
