/** Real servers: the same predictions as the model here, and attacks that find the same pixels. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type AttackResult,
  attack,
  type ConnectOptions,
  classify,
  connectModel,
  loadModel,
  type Model,
} from "../../src/node/index.ts";
import { type PythonServer, startFastApi, startMlServer } from "./servers.ts";

const NAMES = ["airplane-0", "bird-1", "cat-3", "deer-2", "dog-0"];
const images = NAMES.map((name) => new Uint8Array(readFileSync(`models/samples/cifar10/${name}.png`)));

const local = await loadModel();
const { labels } = local.manifest;
const normalise = "cifar10";

interface Case {
  readonly name: string;
  readonly start: () => Promise<PythonServer>;
  readonly path: string;
  readonly options: ConnectOptions;
}

const cases: readonly Case[] = [
  {
    name: "MLServer over KServe v2, logits",
    start: startMlServer,
    path: "",
    options: { protocol: "kserve-v2", model: "cifar10", description: { labels, normalise } },
  },
  {
    name: "FastAPI with TensorFlow Serving's API, channels last, probabilities",
    start: () => startFastApi("tf_serving"),
    path: "",
    options: { protocol: "tf-serving", model: "cifar10", description: { labels, normalise }, concurrency: 2 },
  },
  {
    name: "FastAPI with the plain protocol",
    start: () => startFastApi("plain"),
    path: "/classify",
    options: { protocol: "json", description: { labels, input: { width: 32, height: 32 } }, batch: 8 },
  },
];

/** Probabilities may differ by this between two runtimes. */
const TOLERANCE = 1e-5;

/** What must be the same to the last digit. */
const exact = ({
  status,
  label,
  after,
  pixels,
  image,
  cost,
  stopped,
  certificate,
  verified,
}: AttackResult) => ({
  ...{ status, label, after: after.label, pixels, image, cost, stopped, certificate, verified },
});

const largest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, at) => Math.abs(value - b[at]!)));

describe.each(cases)("$name", ({ start, path, options }) => {
  let server: PythonServer;
  let model: Model;
  beforeAll(async () => {
    server = await start();
    model = await connectModel(server.url + path, options);
  });
  afterAll(() => server?.stop());

  test("predictions are those of the model here", async () => {
    for (const image of images) {
      const expected = await classify(local, image);
      const { label, probabilities } = await classify(model, image);
      expect(label).toBe(expected.label);
      const byLabel = new Map(expected.probabilities.map((each) => [each.label, each.probability]));
      for (const each of probabilities) {
        expect(Math.abs(each.probability - byLabel.get(each.label)!)).toBeLessThan(TOLERANCE);
      }
    }
  });

  test.each([1, 3, 5])("attacks with %i pixels find the same", async (pixels) => {
    for (const image of images) {
      const chosen = { pixels, seed: 1, budget: 300 };
      const expected = await attack(local, image, chosen);
      const result = await attack(model, image, chosen);
      expect(result.engine).toBe("remote");
      expect(exact(result)).toEqual(exact(expected));
      for (const which of ["before", "after"] as const) {
        const distance = largest(result[which].probabilities!, expected[which].probabilities!);
        expect(distance).toBeLessThan(TOLERANCE);
      }
    }
  });
});
