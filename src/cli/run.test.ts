import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { attack, loadModel, pngBytes } from "../node/index.ts";
import { run } from "./run.ts";

const CAT = "models/samples/cat-3.png";

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
  [["defend"], /"defend"/],
  [["attack"], /no image/],
  [["attack", CAT, CAT], /more than one image/],
  [["attack", "nowhere.png"], /IMAGE "nowhere.png"/],
  [["attack", "README.md"], /not a PNG/],
  [["attack", CAT, "--seed", "one"], /--seed must be a whole number .*, not "one"/],
  [["attack", CAT, "--label", "unicorn"], /--label must be one of/],
  [["attack", CAT, "--max-pixels", "3"], /--max-pixels applies to pixels=min/],
  [["attack", CAT, "--colour", "red"], /'--colour'/],
  [["attack", CAT, "--model", "nowhere"], /no model "nowhere"/],
  [["attack", CAT, "--budget", "5", "-o", "nowhere/out.png"], /--output "nowhere\/out.png"/],
  [["classify", CAT, "--seed", "1"], /'--seed'/],
])("%j ends with exit code 2 and one line", async (args, message) => {
  const { code, out, error } = await onepixel(...args);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).toMatch(/^onepixel: .*\n$/);
  expect(error).toMatch(message);
});
