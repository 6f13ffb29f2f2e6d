import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { jsonHandler, serve } from "../../../test/support/remote-server.ts";
import { classifier as glare, image } from "../../../test/support/services.ts";
import { encodePng } from "../../node/index.ts";
import { run } from "../run.ts";

const root = mkdtempSync(join(tmpdir(), "onepixel-remote-audit-"));
const path = (...names: string[]) => join(root, ...names);
mkdirSync(path("photos", "calm"), { recursive: true });
for (let index = 0; index < 6; index++) {
  const data = image.data.map((byte) => (byte * (index + 3)) % 90);
  writeFileSync(path("photos", "calm", `${index}.png`), encodePng({ ...image, data }));
}
afterAll(() => rmSync(root, { recursive: true }));

test("an audit of a model behind a URL ends when the server does not answer, and goes on when it does", async () => {
  let left = Number.POSITIVE_INFINITY;
  const predict = jsonHandler(glare);
  const { url } = await serve((request) =>
    left-- > 0 ? predict(request) : { status: 500, body: "out of order" },
  );
  const audit = async (out: string) => {
    let error = "";
    const remote = [
      "--url",
      url,
      "--protocol",
      "json",
      "--size",
      "8x8",
      "--labels",
      "calm,glaring",
      "--retries",
      "0",
    ];
    const args = [
      "--images",
      path("photos"),
      "--budget",
      "40",
      "--pixels",
      "1,2",
      "--out",
      path(out),
      "--threads",
      "2",
    ];
    const code = await run(["audit", ...remote, ...args], {
      out: () => {},
      error: (text) => (error += text),
    });
    return { code, error };
  };
  expect((await audit("clean")).code).toBe(0);
  left = 30;
  const ended = await audit("broken");
  expect(ended).toMatchObject({
    code: 3,
    error: expect.stringContaining("responded with 500: out of order"),
  });
  const kept = readFileSync(path("broken", "outcomes.jsonl"), "utf8").trimEnd().split("\n");
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThan(12);
  left = Number.POSITIVE_INFINITY;
  expect((await audit("broken")).code).toBe(0);
  for (const name of ["report.json", "report.html", "outcomes.csv", "statement.json"]) {
    expect(readFileSync(path("broken", name), "utf8"), name).toBe(readFileSync(path("clean", name), "utf8"));
  }
  const report = JSON.parse(readFileSync(path("clean", "report.json"), "utf8"));
  expect(report.model.remote).toEqual({ protocol: "json", url });
  expect(report.rows[0].statistics.fooled.n).toBe(6);
  expect(readFileSync(path("clean", "report.html"), "utf8")).toContain(`asked at <code>${url}</code> (json)`);
});
