/** Same request, same bytes: two Workers started one after the other, and the attack in Node. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mapPixels } from "../../src/core/attack/map.ts";
import { resolveOptions } from "../../src/core/attack/options/options.ts";
import type { AttackResult } from "../../src/core/attack/result.ts";
import { attack } from "../../src/core/attack/run.ts";
import { decodeImage } from "../../src/core/image/decode.ts";
import { inputOf } from "../../src/core/input.ts";
import { kernelModule, nodeRegistry } from "../../src/node/services.ts";
import { startBuiltWorker } from "../support/built-worker.ts";

const requests = [
  { sample: "cat-3", pixels: 1, seed: 1 },
  { sample: "dog-5", pixels: 3, seed: 7, search: "de", budget: 500 },
  { sample: "ship-0", pixels: 5, seed: 2, engine: "onnxruntime", budget: 300 },
  { sample: "frog-2", pixels: 2, seed: 3, search: "sparse-rs", target: "cat", budget: 400 },
] as const;

/** Sampled maps of a photo's own pixels, whose order TypeScript decides: of the default classifier and of one for photos. */
const maps = [
  { model: "cifar10-resnet8", photo: readFileSync("test/fixtures/jpeg-444.jpg"), budget: 400 },
  {
    model: "imagenet-efficientnet-lite0",
    photo: readFileSync("models/samples/photos/china.jpg"),
    budget: 100,
  },
] as const;
const seed = 5;

/** The photo classifier takes a while where the machine has other work. */
const PATIENCE = 300_000;

async function answers(): Promise<string[]> {
  const worker = await startBuiltWorker();
  try {
    const texts: string[] = [];
    for (const request of requests) {
      const response = await fetch(`${worker.origin}/v1/attack`, {
        method: "POST",
        body: JSON.stringify(request),
        headers: { "Content-Type": "application/json" },
      });
      expect(response.status).toBe(200);
      texts.push(await response.text());
    }
    for (const { model, photo, budget } of maps) {
      const path = `/v1/map?model=${model}&space=source&budget=${budget}&seed=${seed}`;
      const map = await fetch(worker.origin + path, {
        method: "POST",
        body: photo,
        headers: { "Content-Type": "image/jpeg" },
      });
      texts.push(await map.text());
    }
    return texts;
  } finally {
    await worker.close();
  }
}

async function attackInNode({ sample, ...input }: (typeof requests)[number]): Promise<AttackResult> {
  const classifier = nodeRegistry().default;
  const { labels, input: shape } = classifier.manifest;
  const bounds = { ...shape, labels, maxBudget: 100_000 };
  const image = await decodeImage(readFileSync(`models/samples/cifar10/${sample}.png`));
  const settings = resolveOptions({ ...input, label: sample.split("-")[0]! }, bounds);
  return attack({ classifier, kernelModule: kernelModule(), image, settings });
}

test(
  "two separately started Workers, and Node, give the same bytes",
  async () => {
    const first = await answers();
    expect(await answers()).toEqual(first);
    for (const [index, request] of requests.entries()) {
      const { png, settings, ...result } = await attackInNode(request);
      const body = JSON.parse(first[index]!);
      expect(body).toMatchObject(result);
      expect(body.settings).toMatchObject(settings);
      expect(body.image).toBe(`data:image/png;base64,${Buffer.from(png).toString("base64")}`);
    }
    for (const [index, { model, photo, budget }] of maps.entries()) {
      const { classifier, image } = inputOf(nodeRegistry().get(model)!, await decodeImage(photo), "source");
      const settings = { space: "source", label: null, engine: null, budget, seed } as const;
      const { before, ...map } = await mapPixels({
        classifier,
        kernelModule: kernelModule(),
        image,
        settings,
      });
      expect(map.blocks!.length).toBeGreaterThan(10);
      expect(JSON.parse(first[requests.length + index]!)).toMatchObject(JSON.parse(JSON.stringify(map)));
    }
  },
  PATIENCE,
);
