import { describe, expect, test } from "vitest";
import { foreignOnnx } from "../../../test/support/foreign-model.ts";
import { noise } from "../../../test/support/kernel/fixtures.ts";
import { TRIGGER, triggerModel } from "../../../test/support/trigger-model.ts";
import { loadModel } from "../../node/index.ts";
import { kernelModule } from "../../node/services.ts";
import { argmax } from "../attack/objectives.ts";
import type { Raster } from "../image/raster.ts";
import type { ModelDescription } from "../load-model.ts";
import type { Classifier } from "../model/classifier.ts";
import type { ProofContext } from "./decision.ts";
import { prove } from "./prove.ts";
import type { ProofSettings } from "./result.ts";

async function contextOf(
  onnx: Uint8Array,
  description: ModelDescription,
  image: Raster,
  changes: Partial<ProofSettings> = {},
) {
  const classifier = (await loadModel(onnx, description)) as Classifier;
  const end = image.width * image.height;
  const settings = { label: null, target: null, boxes: 1e6, budget: 1e6, first: 0, end, ...changes };
  return { classifier, kernelModule: kernelModule(), image, settings } satisfies ProofContext;
}

const image = noise(8, 6, 3, 5);
const format: ModelDescription = {
  input: { width: 8, height: 6, channels: 3, layout: "NCHW", scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
  labels: ["a", "b", "c"],
  output: "probabilities",
};

describe("a network that one of 16.7 million colours of one pixel fools", () => {
  test("is never proved: the colour is found", async () => {
    const result = await prove(await contextOf(triggerModel(2), format, image));
    expect(result.status).toBe("broken");
    expect(result.counterexample?.pixel).toMatchObject({ x: TRIGGER.x, y: TRIGGER.y, to: "#c94d8c" });
    expect(result.counterexample?.after.label).toBe("b");
  });

  test("is unknown if the boxes end before, with that pixel named", async () => {
    const { status, stopped, pixels, cost } = await prove(
      await contextOf(triggerModel(2), format, image, { boxes: 52 }),
    );
    expect({ status, stopped, boxes: cost.boxes }).toEqual({
      status: "unknown",
      stopped: "boxes",
      boxes: 52,
    });
    expect(pixels).toEqual({ total: 48, proved: 47, unknown: [{ x: TRIGGER.x, y: TRIGGER.y }] });
  });

  test("is proved if the colour is too weak, and towards a label that it does not help", async () => {
    expect((await prove(await contextOf(triggerModel(0.9), format, image))).status).toBe("proved");
    expect((await prove(await contextOf(triggerModel(2), format, image, { target: "c" }))).status).toBe(
      "proved",
    );
  });

  test("gives the same result twice, and position by position", async () => {
    const whole = await contextOf(triggerModel(0.9), format, image);
    const first = await prove(whole);
    expect(await prove(whole)).toEqual(first);
    const halves = [
      await contextOf(triggerModel(0.9), format, image, { end: 20 }),
      await contextOf(triggerModel(0.9), format, image, { first: 20 }),
    ];
    const [before, after] = [await prove(halves[0]!), await prove(halves[1]!)];
    expect([...before.proofs, ...after.proofs]).toEqual(first.proofs);
  });
});

test("the label that the classifier does not give is misclassified, without a query", async () => {
  const result = await prove(await contextOf(triggerModel(2), format, image, { label: "b" }));
  expect(result).toMatchObject({
    status: "misclassified",
    cost: { boxes: 0, queries: 0 },
    counterexample: null,
  });
});

test("an abort ends a proof with what is decided", async () => {
  const abort = new AbortController();
  const context = await contextOf(triggerModel(2), format, image);
  const onProgress = () => abort.abort();
  const { status, stopped } = await prove({ ...context, signal: abort.signal, onProgress });
  expect({ status, stopped }).toEqual({ status: "unknown", stopped: "aborted" });
});

test("a grey image is decided by every grey value of every pixel", async () => {
  const foreign = { channels: 1, side: 6, layout: "NCHW", batch: 1, softmax: false, range: 255 } as const;
  const statuses = new Set<string>();
  for (let seed = 1; seed <= 6; seed++) {
    const picture = noise(6, 6, 1, seed);
    const input = { ...format.input, width: 6, height: 6, channels: 1 as const, mean: [0], std: [1] };
    const description: ModelDescription = { input, labels: ["a", "b", "c"], output: "logits" };
    const context = await contextOf(new Uint8Array(foreignOnnx(foreign)), description, picture);
    const result = await prove(context);
    // Of a model behind a URL no network is known.
    const remote = { protocol: "open-inference", url: "http://127.0.0.1", notes: [], parallel: 1 };
    const asked = await prove({ ...context, classifier: { ...context.classifier, remote } });
    const label = argmax(await context.classifier.probabilities(picture));
    const fooling: string[] = [];
    for (let position = 0; position < 36; position++) {
      for (let value = 0; value < 256; value++) {
        const data = picture.data.slice();
        data[position] = value;
        const row = await context.classifier.probabilities({ ...picture, data });
        if (argmax(row) !== label) fooling.push(`${position} ${value}`);
      }
    }
    statuses.add(result.status);
    const status = fooling.length === 0 ? "proved" : "broken";
    expect(result).toMatchObject({ method: "bounds", status });
    expect(asked).toMatchObject({ method: "enumeration", status });
    if (status === "proved") expect(asked.cost).toEqual({ boxes: 0, queries: 36 * 255 });
    for (const { counterexample } of [result, asked]) {
      if (counterexample === null) continue;
      const { x, y, to } = counterexample.pixel;
      expect(fooling).toContain(`${y * 6 + x} ${Number.parseInt(to.slice(1, 3), 16)}`);
    }
  }
  expect([...statuses].sort()).toEqual(["broken", "proved"]);
});
