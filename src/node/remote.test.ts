/** Models behind a URL: the protocols, and that a run over them is the run over the model itself. */
import { expect, test } from "vitest";
import {
  type Handler,
  jsonHandler,
  kserveHandler,
  serve,
  tfServingHandler,
} from "../../test/support/remote-server.ts";
import { cat, labels, local, pictures, tensors } from "../../test/support/served-model.ts";
import { image as calm, classifier as glare } from "../../test/support/services.ts";
import { attack, type ConnectOptions, classify, connectModel, map, targets, verify } from "./index.ts";

interface Case {
  readonly name: string;
  readonly handler: Handler;
  readonly options: ConnectOptions;
}

const cases: readonly Case[] = [
  {
    name: "kserve-v2",
    handler: kserveHandler(local),
    options: { protocol: "kserve-v2", model: "served", description: tensors },
  },
  {
    name: "kserve-v2, binary",
    handler: kserveHandler(local, true),
    options: { protocol: "kserve-v2", model: "served", description: tensors },
  },
  {
    name: "tf-serving",
    handler: tfServingHandler(local),
    options: { protocol: "tf-serving", model: "served", description: tensors },
  },
  { name: "json", handler: jsonHandler(local), options: { protocol: "json", description: pictures } },
];

/** What two results must agree in: everything but which model and engine answered. */
function comparable(result: { readonly settings: object }) {
  const { model: _, engine: __, settings, ...rest } = result as Record<string, unknown> & typeof result;
  const { model: ___, engine: ____, ...chosen } = settings as Record<string, unknown>;
  return { ...rest, settings: chosen };
}

test.each(cases)(
  "$name: the same image, pixels and figures as the model itself",
  async ({ handler, options }) => {
    const { url } = await serve(handler);
    const model = await connectModel(url, options);
    expect(model.manifest).toMatchObject({ labels, output: "probabilities" });
    expect(await classify(model, cat)).toMatchObject({
      probabilities: (await classify(local, cat)).probabilities,
    });
    for (const pixels of [1, 3]) {
      const chosen = { label: "cat", seed: 1, pixels };
      const result = await attack(model, cat, chosen);
      expect(result).toMatchObject({ status: "fooled", engine: "remote", verified: true });
      expect(comparable(result)).toEqual(
        comparable(await attack(local, cat, { ...chosen, engine: "onnxruntime", budget: 10_000 })),
      );
    }
  },
);

test("maps, targets and verification ask the remote model", async () => {
  const { url, received } = await serve(kserveHandler(glare, true));
  const { labels, input, output } = glare.manifest;
  const { scale, mean, std } = input;
  const description = { labels, input: { scale, mean, std }, output };
  const model = await connectModel(url, { protocol: "kserve-v2", model: "served", description });
  const mapped = await map(model, calm);
  expect(mapped).toMatchObject({ engine: "remote", certificate: { corners: 512 } });
  expect(comparable(mapped)).toEqual(comparable(await map(glare, calm)));
  const found = await targets(model, calm);
  expect(comparable(found)).toEqual(comparable(await targets(glare, calm)));
  const result = await attack(model, calm);
  expect(result).toMatchObject({ status: "fooled", label: "calm" });
  const before = received.length;
  expect((await verify(model, calm, result)).holds).toBe(true);
  expect(received.length).toBe(before + 2);
  const wrong = await attack(model, calm, { label: "glaring" });
  expect(wrong).toMatchObject({ status: "misclassified", engine: "remote" });
});

test("a result says where the model was asked, without query string", async () => {
  const { url } = await serve(jsonHandler(local));
  const model = await connectModel(`${url}/classify?key=s3cret`, { protocol: "json", description: pictures });
  const { model: named } = await classify(model, cat);
  expect(named).toEqual({
    id: "remote",
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    remote: { protocol: "json", url: `${url}/classify`, notes: [] },
  });
});

test("engines of this machine are refused", async () => {
  const { url } = await serve(jsonHandler(local));
  const model = await connectModel(url, { protocol: "json", description: pictures });
  for (const engine of ["incremental", "onnxruntime"] as const) {
    await expect(attack(model, cat, { engine })).rejects.toMatchObject({
      code: "invalid-option",
      field: "engine",
      message: `engine cannot be "${engine}": the model runs behind a URL, so no local engine can run it. Omit it.`,
    });
  }
});

test("requests hold at most a batch, and no more are under way than the concurrency", async () => {
  let underWay = 0;
  let most = 0;
  const sizes = new Set<number>();
  const answer = jsonHandler(local);
  const { url } = await serve(async (received) => {
    sizes.add(JSON.parse(received.body.toString()).images.length);
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const reply = await answer(received);
    underWay--;
    return reply;
  });
  const model = await connectModel(url, {
    protocol: "json",
    description: pictures,
    batch: 2,
    concurrency: 3,
  });
  const result = await attack(model, cat, { label: "cat", budget: 60, target: "truck" });
  expect(result.cost.queries).toBe(60);
  expect(Math.max(...sizes)).toBe(2);
  expect(most).toBe(3);
});

test("nothing is sent behind a success with one request of one image at a time", async () => {
  const { url, received } = await serve(jsonHandler(local));
  const options = { protocol: "json", description: { ...pictures, output: "probabilities" } } as const;
  const model = await connectModel(url, { ...options, batch: 1 });
  const result = await attack(model, cat, { label: "cat" });
  // The clean image, each query, and the returned image.
  expect(received.length).toBe(1 + result.cost.queries + 1);
});

test("a fixed batch is filled up", async () => {
  const { labels, input } = glare.manifest;
  const expected = await attack(glare, calm);
  for (const batch of [1, 5]) {
    const { url } = await serve(kserveHandler(glare, false, batch));
    const description = { labels, normalise: input };
    const model = await connectModel(url, { protocol: "kserve-v2", model: "served", description });
    expect(comparable(await attack(model, calm))).toEqual(comparable(expected));
    const tooLarge = { protocol: "kserve-v2", model: "served", description, batch: batch + 1 } as const;
    await expect(connectModel(url, tooLarge)).rejects.toThrow(
      `batch must be a whole number from 1 to ${batch}`,
    );
  }
});

test("logits, and only the five highest", async () => {
  const logits = await serve(async (received) => {
    const { body } = (await jsonHandler(local)(received)) as { body: { probabilities: number[][] } };
    return { body: { logits: body.probabilities.map((row) => row.map((p) => Math.log(p) + 3)) } };
  });
  const first = await connectModel(logits.url, { protocol: "json", description: pictures });
  expect(first.manifest.output).toBe("logits");
  const expected = await classify(local, cat);
  for (const [at, { label, probability }] of (await classify(first, cat)).probabilities.entries()) {
    expect(label).toBe(expected.probabilities[at]!.label);
    expect(probability).toBeCloseTo(expected.probabilities[at]!.probability, 5);
  }

  const five = await serve(
    jsonHandler(local, (row) =>
      row
        .map((probability, at) => ({ label: labels[at]!, probability }))
        .sort((a, b) => b.probability - a.probability)
        .slice(0, 5),
    ),
  );
  const second = await connectModel(five.url, { protocol: "json", description: pictures });
  const result = await attack(second, cat, { label: "cat" });
  expect(result).toMatchObject({ status: "fooled", verified: true });
  expect(result.model).toMatchObject({
    remote: { notes: ["returns only 5 of 10 labels; the others count as 0"] },
  });
  expect(result.after.probabilities!.filter((probability) => probability > 0)).toHaveLength(5);
});

test("rounded probabilities are said to be", async () => {
  const { url } = await serve(jsonHandler(local, (row) => row.map((p) => Math.round(p * 100) / 100)));
  const model = await connectModel(url, { protocol: "json", description: pictures });
  const result = await attack(model, cat, { label: "cat", budget: 50 });
  expect(result.model).toMatchObject({
    remote: {
      notes: ["rounds probabilities to 2 digits; of equal ones the first label's counts as the highest"],
    },
  });
});
