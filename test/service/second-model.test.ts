import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestHarness } from "wrangler";
import { createClassifier } from "../../src/core/model/classifier.ts";
import { nodeRuntime } from "../../src/node/models.ts";
import { greyEntry, greyManifest, greyOnnx } from "../support/grey-model.ts";
import { copyProject } from "../support/project-copy.ts";

const { id } = greyManifest;
const data = Uint8Array.from({ length: 28 * 28 }, (_, position) => position ** 2 % 97);
const project = copyProject();
let server: TestHarness;
let png: Buffer<ArrayBuffer>;

beforeAll(async () => {
  const folder = join(project.folder, "models", id);
  mkdirSync(folder);
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(greyManifest));
  writeFileSync(join(folder, "model.onnx"), new Uint8Array(greyOnnx()));
  png = Buffer.from(
    await sharp(data, { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toBuffer(),
  );
  server = await project.serve();
});
afterAll(() => project.remove());

async function post(path: string, body: Buffer<ArrayBuffer>) {
  const response = await server.fetch(path, {
    method: "POST",
    body,
    headers: { "content-type": "image/png" },
  });
  expect(response.status).toBe(200);
  return JSON.parse(await response.text());
}

test("a folder dropped in is served beside the first model, which stays the default", async () => {
  const { models } = JSON.parse(await (await server.fetch("/v1/models")).text());
  expect(models.map((model: { id: string }) => model.id)).toEqual(
    expect.arrayContaining(["cifar10-resnet8", id]),
  );
  expect((await post("/v1/classify", png)).model.id).toBe("cifar10-resnet8");
});

test("a 28×28 grey image gets the probabilities of the model itself", async () => {
  const expected = await createClassifier(greyEntry(), nodeRuntime()).probabilities({
    width: 28,
    height: 28,
    channels: 1,
    data,
  });
  const answer = await post(`/v1/classify?model=${id}`, png);
  const served = greyManifest.labels.map(
    (label) => answer.probabilities.find((row: { label: string }) => row.label === label).probability,
  );
  expect(served).toEqual([...expected]);
});

test("one pixel of it fools the model, in a grey PNG that the model itself confirms", async () => {
  const result = await post(`/v1/attack?model=${id}&pixels=1&seed=1`, png);
  expect(result).toMatchObject({ status: "fooled", verified: true, model: { id }, before: { label: "one" } });
  const adversarial = Buffer.from(result.image.split(",")[1], "base64");
  const answer = await post(`/v1/classify?model=${id}`, adversarial);
  expect(answer.label).toBe(result.after.label);
  expect(answer.label).not.toBe("one");

  const changed = await sharp(adversarial).toColourspace("b-w").raw().toBuffer();
  expect(changed.length).toBe(data.length);
  const places = [...changed.keys()].filter((position) => changed[position] !== data[position]);
  expect(places).toEqual([result.pixels[0].y * 28 + result.pixels[0].x]);
});

test.each(["scripts/audit.ts", "scripts/evaluate.ts"])(
  "%s refuses it: its labels are not those of the images",
  (script) => {
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [script, "--model", id, "--search", "auto"],
      {
        cwd: project.folder,
        encoding: "utf8",
      },
    );
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      `--model: ${id} lacks labels of each evaluation set: cifar10-test, imagenet-crops, mnist-test.\n`,
    );
  },
);

test("a sample of the first model is refused for it", async () => {
  const response = await server.fetch(`/v1/attack?sample=cat-3&model=${id}`);
  expect(response.status).toBe(422);
  expect(JSON.parse(await response.text())).toMatchObject({ field: "sample" });
});
