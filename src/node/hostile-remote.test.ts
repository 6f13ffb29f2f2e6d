/** Remote models that fail: a clear error or a finished run, never a wrong figure. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  type Handler,
  jsonHandler,
  kserveHandler,
  type Received,
  type Reply,
  serve,
  tfServingHandler,
} from "../../test/support/remote-server.ts";
import { image as calm, classifier as glare } from "../../test/support/services.ts";
import { attack, type ConnectOptions, classify, connectModel } from "./index.ts";

const { labels, input, output } = glare.manifest;
const { width, height, channels, scale, mean, std } = input;
const pictures = {
  protocol: "json",
  description: { labels, input: { width, height, channels }, output },
} as const;
const tensors = { labels, input: { scale, mean, std }, output };
const kserve = { protocol: "kserve-v2", model: "served", description: tensors } as const;
const tfServing = { protocol: "tf-serving", model: "served", description: tensors } as const;

const connected = async (handler: Handler, options: Partial<ConnectOptions> = {}) => {
  const server = await serve(handler);
  return { ...server, model: await connectModel(server.url, { ...pictures, ...options }) };
};

/** A handler that sometimes does something else. */
const sometimes = (
  other: Handler,
  isOther: (request: number) => boolean,
  usual = jsonHandler(glare),
): Handler => {
  let request = 0;
  return (received) => (isOther(request++) ? other(received) : usual(received));
};

test("500s, closed connections and hangs that pass do not change the result", async () => {
  const expected = await attack((await connected(jsonHandler(glare))).model, calm);
  for (const other of [() => ({ status: 500, body: "oops" }), () => "close", () => "hang"] as Handler[]) {
    const handler = sometimes(other, (request) => request % 3 === 1);
    const { model } = await connected(handler, { timeout: 0.3, batch: 4 });
    expect({ ...(await attack(model, calm)), model: null }).toEqual({ ...expected, model: null });
  }
});

test.each<[string, Handler, RegExp]>([
  ["500", () => ({ status: 500, body: "out of order" }), /responded with 500: out of order, 2 times$/],
  [
    "503 that says when",
    () => ({ status: 503, headers: { "retry-after": "0" }, body: "" }),
    /responded with 503, 2 times$/,
  ],
  [
    "404",
    () => ({ status: 404, body: { error: "no such model" } }),
    /responded with 404: \{"error":"no such model"\}$/,
  ],
  [
    "a redirection",
    () => ({ status: 302, headers: { location: "http://elsewhere" }, body: "" }),
    /responded with 302$/,
  ],
  ["a closed connection", () => "close", /could not be reached: fetch failed \(UND_ERR_SOCKET\), 2 times$/],
  ["no answer", () => "hang", /did not respond within 0.2 s, 2 times$/],
])("%s: an error that says so", async (_, handler, message) => {
  const { model } = await connected(handler, { retries: 1, timeout: 0.2 });
  await expect(classify(model, calm)).rejects.toMatchObject({
    name: "RemoteError",
    code: "remote-unavailable",
    field: "url",
    message: expect.stringMatching(message),
  });
});

test("no server: an error with the system's reason", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
  await expect(connectModel(url, { ...kserve, retries: 0 })).rejects.toMatchObject({
    code: "remote-unavailable",
    message: `${url}/v2/models/served could not be reached: fetch failed (ECONNREFUSED)`,
  });
});

const answers =
  (body: Reply["body"]): Handler =>
  () => ({ body });

test.each<[string, Handler, RegExp]>([
  ["no JSON", answers("<html>hello</html>"), /returned a response that is not JSON: <html>hello/],
  ["NaN", answers('{"probabilities": [[NaN, 1]]}'), /returned a response that is not JSON/],
  ["null for NaN", answers({ probabilities: [[null, 1]] }), /a list of numbers is needed$/],
  ["another field", answers({ answer: 42 }), /without a list "probabilities": fields answer$/],
  ["a number", answers("42"), /without a list "probabilities": number$/],
  [
    "too few labels",
    answers({ probabilities: [[1]] }),
    /returned 1 values for an image, but there are 2 labels$/,
  ],
  ["too many labels", answers({ probabilities: [[0.5, 0.2, 0.3]] }), /returned 3 values .* 2 labels$/],
  [
    "too many images",
    answers({
      probabilities: [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
    }),
    /returned 2 rows for 1 images$/,
  ],
  ["no image", answers({ probabilities: [] }), /returned 0 rows for 1 images$/],
  ["a nested row", answers({ probabilities: [[[0.5, 0.5]]] }), /a list of numbers is needed$/],
  ["above 1", answers({ probabilities: [[0.5, 1.7]] }), /not a probability: are its values logits/],
  ["below 0", answers({ probabilities: [[1, -0.2]] }), /not a probability/],
  ["infinite", answers('{"probabilities": [[1e999, 0]]}'), /Infinity for the label "calm"$/],
  ["all 0", answers({ probabilities: [[0, 0]] }), /0 for every label of an image$/],
  [
    "an unknown label",
    answers({ probabilities: [{ calm: 0.9, loud: 0.1 }] }),
    /the label "loud", which is not one/,
  ],
  [
    "a label twice",
    answers({
      probabilities: [
        [
          { label: "calm", score: 1 },
          { label: "calm", score: 0 },
        ],
      ],
    }),
    /"calm" twice/,
  ],
  ["a label without value", answers({ probabilities: [[{ label: "calm" }]] }), /of another type/],
  ["logits of some labels", answers({ logits: [{ calm: 3 }] }), /logits of only some labels/],
])("json: %s is refused", async (_, handler, message) => {
  const isLogits = /logits/.test(String(message));
  const description = {
    ...pictures.description,
    output: isLogits && !/not a probability/.test(String(message)) ? "logits" : output,
  } as const;
  const { model } = await connected(handler, { description });
  await expect(classify(model, calm)).rejects.toMatchObject({
    code: "remote-response",
    message: expect.stringMatching(message),
  });
});

/** A server with the metadata of a good one, and another answer to queries. */
const withAnswer =
  (good: Handler, body: Reply["body"]): Handler =>
  (received: Received) =>
    received.method === "GET" ? good(received) : { body };
const outputs = (...list: object[]) => withAnswer(kserveHandler(glare), { outputs: list });
const fp32 = (data: unknown) => ({ name: "scores", datatype: "FP32", shape: [1, 2], data });

test.each<[string, Handler, RegExp]>([
  ["no outputs", withAnswer(kserveHandler(glare), { error: "x" }), /without a list "outputs"/],
  ["an empty list", outputs(), /the outputs none: name the one/],
  ["an output without data", outputs({ name: "scores", datatype: "FP32" }), /"scores" without data/],
  ["an output without name", outputs({ data: [1, 0] }), /without name or datatype/],
  ["a null", outputs(fp32([null, 1])), /neither a number nor a string/],
  ["too few labels", outputs(fp32([1])), /1 values for an image/],
  [
    "bytes that are not there",
    outputs({ ...fp32(undefined), parameters: { binary_data_size: 8 } }),
    /8 bytes, but with 0 bytes left/,
  ],
  [
    "quantised values without scale",
    outputs({ ...fp32([255, 0]), datatype: "UINT8" }),
    /type UINT8, which are quantised: pass outputScale/,
  ],
  ["three outputs", outputs(fp32([1, 0]), fp32([1, 0]), fp32([1, 0])), /the outputs scores, scores, scores/],
])("kserve-v2: %s is refused", async (_, handler, message) => {
  const { model } = await connected(handler, kserve);
  await expect(classify(model, calm)).rejects.toMatchObject({
    code: "remote-response",
    message: expect.stringMatching(message),
  });
});

test.each<[string, Reply["body"], RegExp]>([
  ["an error", { error: "x" }, /without a list "predictions": fields error$/],
  ["a text", { predictions: ["calm"] }, /not a list of numbers$/],
  ["several outputs", { predictions: [{ a: [1, 0], b: [1, 0] }] }, /several outputs \(a, b\): name the one/],
  ["rows of one value", { predictions: [[1]] }, /1 values for an image/],
])("tf-serving: %s is refused", async (_, body, message) => {
  const { model } = await connected(withAnswer(tfServingHandler(glare), body), tfServing);
  await expect(classify(model, calm)).rejects.toMatchObject({
    code: "remote-response",
    message: expect.stringMatching(message),
  });
});

test("an answer that turns bad in the middle of a run ends it with an error", async () => {
  const bad = answers({ probabilities: [[Number.NaN, 1]] });
  const { model } = await connected(
    sometimes(bad, (request) => request === 2),
    { batch: 1 },
  );
  await expect(attack(model, calm)).rejects.toMatchObject({ code: "remote-response" });
});

test("a server that gives one prediction a second gives the same result", { timeout: 60_000 }, async () => {
  const predict = jsonHandler(glare);
  let free = 0;
  const slow: Handler = async (received) => {
    const { images } = JSON.parse(received.body.toString());
    free = Math.max(free, performance.now()) + 1000 * images.length;
    await sleep(free - performance.now());
    return predict(received);
  };
  const options = { label: "calm", budget: 6, search: "random" } as const;
  const fast = await attack((await connected(predict, { batch: 2 })).model, calm, options);
  const begin = performance.now();
  const result = await attack((await connected(slow, { batch: 2, timeout: 5 })).model, calm, options);
  expect({ ...result, model: null }).toEqual({ ...fast, model: null });
  expect(performance.now() - begin).toBeGreaterThan(3000);
});

test("a server that is too slow for a whole batch, or refuses it, is asked in smaller ones", async () => {
  const expected = await attack((await connected(jsonHandler(glare))).model, calm);
  const sizeOf = ({ body }: Received) => (JSON.parse(body.toString()) as { images: unknown[] }).images.length;
  const slow: Handler = (received) => (sizeOf(received) > 2 ? "hang" : jsonHandler(glare)(received));
  const small: Handler = (received) =>
    sizeOf(received) > 3 ? { status: 413, body: "too large" } : jsonHandler(glare)(received);
  for (const handler of [slow, small]) {
    const { model, received } = await connected(handler, { timeout: 0.5 });
    expect({ ...(await attack(model, calm)), model: null }).toEqual({ ...expected, model: null });
    expect(received.slice(-3).every((request) => sizeOf(request) <= 3)).toBe(true);
  }
});
