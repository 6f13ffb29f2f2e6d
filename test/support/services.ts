import { readFileSync } from "node:fs";
import { type EvaluationManifest, openPlanes } from "../../src/core/audit/evaluation-set.ts";
import { encodePng } from "../../src/core/image/png/png.ts";
import type { Raster } from "../../src/core/image/raster.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";
import { renderTensor } from "../../src/core/model/tensor.ts";
import { createApp } from "../../src/worker/app.ts";
import { createBodyMemory } from "../../src/worker/middleware/body-memory.ts";
import { createConcurrencyLimit } from "../../src/worker/middleware/concurrency-limit.ts";
import { createRateLimit, type RequestRate, type WorkRate } from "../../src/worker/middleware/rate-limit.ts";
import { createSpeed } from "../../src/worker/middleware/speed.ts";
import type { Services } from "../../src/worker/services.ts";
import { initCodecsInNode } from "./codecs.ts";

initCodecsInNode();
const kernelModule = new WebAssembly.Module(
  readFileSync(new URL("../../build/kernel.wasm", import.meta.url)),
);

const SIZE = 8;
const AREA = SIZE * SIZE;
const manifest = {
  id: "glare",
  title: "Is there a glaring spot?",
  labels: ["calm", "glaring"],
  input: {
    width: SIZE,
    height: SIZE,
    channels: 3,
    layout: "NCHW",
    scale: 1 / 255,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
  output: "probabilities",
} as const;

/** Sees glare where a pixel of the inner 4×4 is red and blue but not green: easy, but not at the first query. */
function glare(tensor: Float32Array, count: number): Float32Array {
  const answer = new Float32Array(count * 2);
  for (let image = 0; image < count; image++) {
    let most = 0;
    for (let place = 0; place < AREA; place++) {
      const isInner = [place % SIZE, Math.floor(place / SIZE)].every((at) => at >= 2 && at < 6);
      const [r, g, b] = [0, 1, 2].map((channel) => tensor[image * 3 * AREA + channel * AREA + place]!);
      if (isInner) most = Math.max(most, (r! + b! - g!) / 2);
    }
    answer.set([1 - 0.75 * most, 0.75 * most], image * 2);
  }
  return answer;
}

export const classifier: Classifier = {
  manifest: {
    ...manifest,
    labels: [...manifest.labels],
    input: { ...manifest.input, mean: [0, 0, 0], std: [1, 1, 1] },
  },
  onnx: async () => new ArrayBuffer(0),
  sha256: "0".repeat(64),
  bytes: 0,
  classify: async (tensor, count) => glare(tensor, count),
  compile: async () => ({ unsupported: "is not an ONNX file" }),
  cost: () => ({ multiplyAdds: 0 }),
  probabilities: async (image) => glare(renderTensor(image, classifier.manifest.input), 1),
};

/** A calm image: a dark gradient. */
export const image: Raster = {
  width: SIZE,
  height: SIZE,
  channels: 3,
  data: Uint8Array.from({ length: AREA * 3 }, (_, index) => (index * 7) % 64),
};
export const png = encodePng(image);

/** An evaluation set of other labels than the classifier's, without images. */
const evaluationManifest: EvaluationManifest = {
  id: "cifar10-test",
  title: "CIFAR-10’s test set",
  format: "planes",
  labels: ["airplane", "automobile"],
  width: 32,
  height: 32,
  channels: 3,
  count: 0,
  licence: "",
  source: "",
};

/** Limits that nothing exceeds, except as said otherwise. @param slots of the concurrency limit */
export const limitsOf = (
  slots: number,
  rate: Partial<RequestRate> = {},
  workRate: Partial<WorkRate> = {},
): Pick<Services, "rateLimit" | "concurrencyLimit" | "bodyMemory"> => ({
  rateLimit: createRateLimit(
    { policy: '"compute";q=60;w=60', allows: async () => true, ...rate },
    { policy: '"work";q=400;w=60', unit: 5000, allows: async () => true, ...workRate },
  ),
  concurrencyLimit: createConcurrencyLimit(slots),
  bodyMemory: createBodyMemory(),
});

export const services: Services = {
  version: "1.2.3",
  build: "b".repeat(64),
  registry: {
    classifiers: [classifier],
    default: classifier,
    get: (id) => (id === classifier.manifest.id ? classifier : undefined),
  },
  samples: [
    {
      name: "calm-0",
      label: "calm",
      set: "gradients",
      licence: "CC0-1.0",
      source: "made for tests",
      read: async () => png.buffer,
      sha256: "1".repeat(64),
    },
  ],
  kernelModule,
  audits: {
    create: async () => "0",
    status: async () => null,
    next: async () => null,
    outcomes: async () => null,
    remove: async () => null,
  },
  evidence: async () => null,
  withdraw: async () => false,
  evaluations: [
    {
      ...evaluationManifest,
      open: async () => openPlanes(evaluationManifest, new ArrayBuffer(0)),
    },
  ],
  tokens: [],
  ready: async () => {},
  ...limitsOf(16),
  speed: createSpeed(),
  maxBudget: { attack: 100_000, targets: 100_000, map: 100_000, audits: 100_000 },
  maxWork: { request: 1_000_000, auditImage: 1_000_000 },
  maxSeconds: 60,
  log: () => {},
  waitUntil: () => {},
  pause: () => new Promise((resolve) => setTimeout(resolve)),
};

export const app = createApp(services);

/** A raw image body. */
export const post = (
  body: BodyInit,
  type = "image/png",
  headers: Record<string, string> = {},
): RequestInit => ({
  method: "POST",
  body,
  headers: { "Content-Type": type, ...headers },
});

/** A JSON body. */
export const postJson = (body: unknown): RequestInit => post(JSON.stringify(body), "application/json");

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
