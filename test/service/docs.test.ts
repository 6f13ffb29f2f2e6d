/** Every curl in the README and in docs/, run as it stands against the built Worker. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltWorker, startBuiltWorker } from "../support/built-worker.ts";
import { auditTokens, tokens } from "../support/tokens.ts";

const ORIGIN = "http://127.0.0.1:8787";

const scripts = ["README.md", ...readdirSync("docs").map((name) => `docs/${name}`)]
  .filter((file) => file.endsWith(".md"))
  .flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^```sh\n(.*?)^```/gms)].map(([, script]) => ({
      file,
      script: script!,
    })),
  )
  .filter(({ script }) => /\bcurl\b/.test(script));

const folder = mkdtempSync(join(tmpdir(), "onepixel-docs-"));
let worker: BuiltWorker;

beforeAll(async () => {
  worker = await startBuiltWorker({ AUDIT_TOKENS: auditTokens });
  // Makes curl fail where the service answers with an error.
  writeFileSync(join(folder, ".curlrc"), "fail-with-body\n");
  // The photo that a reader has.
  copyFileSync("test/fixtures/jpeg-baseline.jpg", join(folder, "photo.jpg"));
});

afterAll(async () => {
  await worker.close();
  rmSync(folder, { recursive: true });
});

const run = (script: string) =>
  promisify(execFile)("bash", ["-euo", "pipefail", "-c", script.replaceAll(ORIGIN, worker.origin)], {
    cwd: folder,
    env: { ...process.env, CURL_HOME: folder, TOKEN: tokens[0] },
    maxBuffer: 2 ** 24,
  });

test("there are some", () => {
  expect(scripts.length).toBeGreaterThan(2);
});

test.each(scripts)("$file: $script", async ({ script }) => {
  const { stdout } = await run(script);
  expect(stdout).not.toBe("");
});

test("the README's attack fools the classifier, which says the same of the returned image", async () => {
  const readme = scripts.find(({ file }) => file === "README.md")!;
  const result = JSON.parse((await run(readme.script)).stdout);
  expect(result).toMatchObject({ status: "fooled", verified: true });
  const [, shown] = /^```json\n(.*?)^```/ms.exec(readFileSync("README.md", "utf8"))!;
  const { pixels, cost } = JSON.parse(shown!);
  expect(result).toMatchObject({ pixels, cost });
  writeFileSync(join(folder, "fooled.png"), Buffer.from(result.image.split(",")[1], "base64"));
  const classify = `curl -s --data-binary @fooled.png -H 'content-type: image/png' ${ORIGIN}/v1/classify`;
  expect(JSON.parse((await run(classify)).stdout).label).toBe(result.after.label);
});

test("however an image is sent, the answer is the same", async () => {
  const { script } = scripts.find(({ file }) => file === "docs/http.md")!;
  const answers = (await run(script)).stdout.match(/\{"status":.*?"image":"[^"]*"\}/g)!;
  expect(answers).toHaveLength(4);
  const [first, ...others] = answers.map((answer) => {
    const { settings, ...rest } = JSON.parse(answer);
    return { ...rest, settings: { ...settings, label: null } };
  });
  for (const other of others) expect(other).toEqual(first);
});
