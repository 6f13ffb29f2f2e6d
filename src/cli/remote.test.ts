/** The command line on models behind a URL. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { jsonHandler, kserveHandler, serve, tfServingHandler } from "../../test/support/remote-server.ts";
import { classifier as glare, png } from "../../test/support/services.ts";
import { run } from "./run.ts";

async function onepixel(...args: string[]) {
  let out = "";
  let error = "";
  const code = await run(args, { out: (text) => (out += text), error: (text) => (error += text) });
  return { code, out, error };
}

function scratch() {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-remote-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const image = join(folder, "calm.png");
  writeFileSync(image, png);
  return { folder, image };
}

const KSERVE = ["--protocol", "kserve-v2", "--model", "served", "--labels", "calm,glaring"];

test("attack, map, targets, classify and verify ask the URL", async () => {
  const { folder, image } = scratch();
  const { url } = await serve(kserveHandler(glare));
  const remote = ["--url", url, ...KSERVE, "--normalise", "0-1"];
  const attacked = await onepixel("attack", image, "--label", "calm", "--json", ...remote);
  expect(attacked).toMatchObject({ code: 0, error: "" });
  const result = JSON.parse(attacked.out);
  expect(result).toMatchObject({
    status: "fooled",
    engine: "remote",
    model: { id: "served", remote: { protocol: "kserve-v2", url: `${url}/v2/models/served/infer` } },
  });
  const file = join(folder, "result.json");
  writeFileSync(file, attacked.out);
  expect(await onepixel("verify", image, file, ...remote)).toMatchObject({ code: 0, error: "" });
  expect((await onepixel("map", image, "--json", ...remote)).out).toContain('"engine":"remote"');
  expect((await onepixel("targets", image, ...remote)).out).toMatch(/^calm: 1 of 1 targets reached/);
  expect((await onepixel("classify", image, ...remote)).out).toMatch(/^calm \d+\.\d %/);
});

test("tf-serving with a manifest.json; json with a size; notes in words", async () => {
  const { folder, image } = scratch();
  const manifest = join(folder, "manifest.json");
  writeFileSync(manifest, JSON.stringify(glare.manifest));
  const first = await serve(tfServingHandler(glare));
  const options = ["--protocol", "tf-serving", "--model", "served", "--manifest", manifest];
  expect(await onepixel("classify", image, "--url", first.url, ...options)).toMatchObject({ code: 0 });
  const second = await serve(jsonHandler(glare, ([calm]) => ({ calm: calm! })));
  const plain = ["--protocol", "json", "--size", "8x8", "--labels", "calm,glaring"];
  expect(await onepixel("classify", image, "--url", second.url, ...plain)).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /\n {2}note: the model behind the URL returns only 1 of 2 labels; the others count as 0\n$/,
    ),
  });
});

test("an audit says what the predictions leave open", async () => {
  const { folder, image } = scratch();
  mkdirSync(join(folder, "photos", "calm"), { recursive: true });
  cpSync(image, join(folder, "photos", "calm", "0.png"));
  const { url } = await serve(jsonHandler(glare, ([calm]) => ({ calm: calm! })));
  const options = ["--protocol", "json", "--size", "8x8", "--labels", "calm,glaring", "--budget", "20"];
  const images = ["--images", join(folder, "photos"), "--out", join(folder, "out"), "--pixels", "1"];
  const { code, error } = await onepixel("audit", "--url", url, ...options, ...images);
  expect(code).toBe(0);
  expect(error).toContain("the model behind the URL returns only 1 of 2 labels; the others count as 0\n");
});

test("a run resumes from --trace, and --header reaches the server alone", async () => {
  const { folder, image } = scratch();
  const trace = join(folder, "trace.jsonl");
  const { url, received } = await serve(jsonHandler(glare));
  const options = ["--protocol", "json", "--size", "8x8", "--labels", "calm,glaring", "--trace", trace];
  const headers = ["--header", "Authorization: Bearer s3cret", "--header", "X-Team: red"];
  const args = ["attack", image, "--json", "--url", url, ...options, ...headers];
  const { out } = await onepixel(...args);
  expect(received[0]!.headers).toMatchObject({ authorization: "Bearer s3cret", "x-team": "red" });
  const asked = received.length;
  expect((await onepixel(...args)).out).toBe(out);
  expect(received.length).toBe(asked);
  expect(out + readFileSync(trace, "utf8")).not.toContain("s3cret");
});

test.each([
  [["--protocol", "json"], 2, /^onepixel: --protocol needs --url$/],
  [["--trace", "x"], 2, /--trace needs --url/],
  [["--url", "http://127.0.0.1:1"], 2, /--url needs --protocol: one of kserve-v2, tf-serving, json/],
  [["--url", "here", "--protocol", "json"], 2, /--url must be a URL such as/],
  [["--url", "file:///etc/passwd", "--protocol", "json"], 2, /--url must start with http/],
  [["--url", "http://me:pw@h", "--protocol", "json"], 2, /--url must not contain a user or password/],
  [["--url", "http://h", "--protocol", "grpc"], 2, /--protocol must be one of .*, not "grpc"/],
  [["--url", "http://h", "--protocol", "tf-serving"], 2, /--model is missing: name the model/],
  [["--url", "http://h", "--protocol", "json", "--model", "m"], 2, /--model names a model on the server/],
  [
    ["--url", "http://h", "--protocol", "json", "--batch", "17"],
    2,
    /--batch must be a whole number from 1 to 16/,
  ],
  [["--url", "http://h", "--protocol", "json", "--batch", "x"], 2, /--batch must be a number, not "x"/],
  [
    ["--url", "http://h", "--protocol", "json", "--retries", "-1"],
    2,
    /--retries must be a whole number from 0/,
  ],
  [["--url", "http://h", "--protocol", "json", "--timeout", "0"], 2, /--timeout must be a number from/],
  [
    ["--url", "http://h", "--protocol", "json", "--header", "s3cret"],
    2,
    /--header must be a name and a value/,
  ],
  [["--url", "http://h", "--protocol", "json", "--header", "a b: c"], 2, /--header must have a name/],
  [["--url", "http://h", "--protocol", "json", "--output-zero-point", "3"], 2, /needs --output-scale/],
  [["--url", "http://h", "--protocol", "json", "--output-scale", "0"], 2, /--output-scale must be a number/],
  [["--url", "http://h", "--protocol", "json"], 2, /--labels are required/],
  [["--url", "http://h", "--protocol", "json", "--labels", "a,b"], 2, /--size is required, such as 32x32/],
] as const)("%j ends with exit code %d and one line", async (args, code, message) => {
  const { image } = scratch();
  const ended = await onepixel("classify", image, ...args);
  expect(ended).toMatchObject({ code, out: "" });
  expect(ended.error.trim()).toMatch(message);
  expect(ended.error).not.toMatch(/s3cret|pw@/);
});

test("a server that fails ends the command with exit code 3", async () => {
  const { image } = scratch();
  const { url } = await serve(() => ({ status: 500, body: "out of order" }));
  const options = ["--protocol", "json", "--size", "8x8", "--labels", "calm,glaring", "--retries", "0"];
  expect(await onepixel("classify", image, "--url", url, ...options)).toEqual({
    code: 3,
    out: "",
    error: `onepixel: --url: ${url} responded with 500: out of order\n`,
  });
});
