import { describe, expect, test } from "vitest";
import { fixture } from "../../../test/support/codecs.ts";
import { app, base64, png, post, postJson, services } from "../../../test/support/services.ts";
import { createApp } from "../app.ts";

/** The problem that a request is answered with, after checking its form. */
async function problem(path: string, init?: RequestInit) {
  const response = await app.request(path, init);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toEqual({
    type: expect.stringMatching(/^\/docs#[a-z-]+$/),
    title: expect.stringMatching(/\w/),
    status: response.status,
    detail: expect.stringMatching(/^[A-Z].*\.$/),
    ...("field" in body ? { field: expect.any(String) } : {}),
  });
  return body;
}

describe("options", () => {
  test.each([
    ["pixels=0", "pixels", "a whole number from 1 to 1024, not 0"],
    ["pixels=-1", "pixels", "from 1 to 1024, not -1"],
    ["pixels=1.5", "pixels", "a whole number from 1 to 1024, not 1.5"],
    ["pixels=1025", "pixels", "from 1 to 1024, not 1025"],
    ["pixels=65", "pixels", "from 1 to 64, not 65"],
    ["pixels=abc", "pixels", 'from 1 to 1024, or min, not "abc"'],
    ["pixels=", "pixels", 'not ""'],
    ["pixels=0x1", "pixels", 'not "0x1"'],
    ["pixels=1e999", "pixels", "from 1 to 1024"],
    ["pixels=1&pixels=2", "pixels", "more than once"],
    ["model=resnet", "model", 'no model "resnet". The models are glare'],
    ["label=cat", "label", "(calm, glaring)"],
    ["target=cat", "target", "(calm, glaring)"],
    ["target=calm&label=calm", "target", "must differ"],
    ["target=calm", "target", "must differ"],
    ["preset=fast", "preset", 'default, paper, scipy, not "fast"'],
    ["search=magic", "search", "de, corners"],
    ["strategy=best2", "strategy", "rand1"],
    ["objective=loss", "objective", "probability, margin"],
    ["stop=never", "stop", "flip, confidence"],
    ["engine=gpu", "engine", "onnxruntime"],
    ["population=3", "population", "from 4 to 1000"],
    ["generations=0", "generations", "from 1 to"],
    ["mutationFactor=3", "mutationFactor", "from 0 to 2"],
    ["search=de&mutationFactor=1,0.5", "mutationFactor", "ascending range"],
    ["mutationFactor=0.1,0.2,0.3", "mutationFactor", "range"],
    ["crossover=1.1", "crossover", "from 0 to 1"],
    ["seed=4294967296", "seed", "from 0 to 4294967295"],
    ["budget=0", "budget", "from 1 to 1000000, not 0"],
    ["budget=1000000000", "budget", "from 1 to 1000000, not 1000000000"],
    ["exhaustive=yes", "exhaustive", "true or false"],
    ["search=corners&population=10", "population", "search=de only"],
    ["colour=red", "colour", "The options of this route are model, sample, pixels"],
    ["__proto__=1", "__proto__", "There is no option"],
    ["constructor=1", "constructor", "There is no option"],
    ["Pixels=1", "Pixels", "There is no option"],
  ])("%s names the field and what it may be", async (query, field, allowed) => {
    const body = await problem(`/v1/attack?${query}`, post(png));
    expect(body).toMatchObject({ status: 422, field, detail: expect.stringContaining(allowed) });
  });

  test.each([
    [{ pixels: "1" }, "pixels", 'not "1"'],
    [{ pixels: [1] }, "pixels", "not [1]"],
    [{ model: 1 }, "model", "string"],
    [{ exhaustive: "true" }, "exhaustive", "true or false"],
    [{ colour: "red" }, "colour", "There is no option"],
    [{ budget: null }, "budget", "not null"],
  ])("%j in JSON is checked without conversion", async (options, field, allowed) => {
    const body = await problem("/v1/attack", postJson({ image: base64(png), ...options }));
    expect(body).toMatchObject({ status: 422, field, detail: expect.stringContaining(allowed) });
  });

  test("an option in both query string and body is refused", async () => {
    const body = await problem("/v1/attack?pixels=1", postJson({ image: base64(png), pixels: 2 }));
    expect(body).toMatchObject({ status: 422, field: "pixels" });
  });

  test.each(["/v1/models", "/v1/models/glare", "/v1/samples", "/v1/samples/calm-0", "/healthz"])(
    "%s takes none",
    async (path) => {
      expect(await problem(`${path}?verbose=1`)).toMatchObject({ status: 422, field: "verbose" });
    },
  );

  test("a GET needs a sample", async () => {
    expect(await problem("/v1/attack?pixels=1")).toMatchObject({ status: 422, field: "sample" });
    expect(await problem("/v1/attack?sample=calm-9")).toMatchObject({ status: 422, field: "sample" });
  });
});

describe("images and bodies", () => {
  const text = (value: string) => new TextEncoder().encode(value);
  test.each([
    ["no body", { method: "POST" }, 422, "image", /no image/],
    ["an empty body", post(new Uint8Array(0)), 422, "image", /no image/],
    ["a text body", post("hello", "text/plain"), 415, "Content-Type", /text\/plain/],
    [
      "curl's default type",
      post(png, "application/x-www-form-urlencoded"),
      415,
      "Content-Type",
      /image\/png/,
    ],
    ["text called PNG", post(text("hello")), 415, "image", /not a/],
    ["a truncated PNG", post(png.subarray(0, 60)), 422, "image", /truncated/],
    ["a PNG of 60,000×60,000", post(fixture("png-60000x60000.png")), 422, "image", /4096 on a side/],
    ["a decompression bomb", post(fixture("png-bomb.png")), 422, "image", /3104 bytes/],
    ["an animated PNG", post(fixture("png-animated.png")), 422, "image", /still image/],
    ["a GIF", post(fixture("gif.gif"), "image/gif"), 415, "image", /not a/],
    ["JPEG bytes labelled PNG", post(fixture("jpeg-baseline.jpg")), 415, "image", /PNG|image\/jpeg/],
    ["over 2 MiB", post(new Uint8Array(2 * 1024 * 1024 + 1)), 413, "body", /larger than 2 MiB.*compress/],
    ["broken JSON", post("{", "application/json"), 400, "body", /not valid JSON/],
    ["a JSON list", post("[]", "application/json"), 400, "body", /object/],
    ["JSON without image", postJson({}), 422, "image", /no image/],
    ["an image that is no text", postJson({ image: 1 }), 422, "image", /string/],
    ["broken base64", postJson({ image: "§" }), 422, "image", /base64/],
    ["a data URL without base64", postJson({ image: "data:image/png,abc" }), 422, "image", /base64/],
    ["a URL", postJson({ image: "http://127.0.0.1/cat.png" }), 422, "image", /base64/],
    ["an image and a sample", postJson({ image: base64(png), sample: "calm-0" }), 422, "image", /both/],
    ["an unknown sample", postJson({ sample: "cat" }), 422, "sample", /GET \/v1\/samples/],
    ["broken multipart", post("hello", "multipart/form-data; boundary=x"), 400, "body", /not a valid form/],
  ])("%s is refused, and the next request answered as before", async (_, init, status, field, detail) => {
    for (const path of ["/v1/attack", "/v1/classify"]) {
      expect(await problem(path, init)).toMatchObject({
        status,
        field,
        detail: expect.stringMatching(detail),
      });
    }
    expect((await app.request("/v1/classify", post(png))).status).toBe(200);
  });

  test("a body over 2 MiB without Content-Length is refused too", async () => {
    const chunks = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)),
    });
    const init = { ...post(chunks), duplex: "half" };
    expect(await problem("/v1/classify", init)).toMatchObject({ status: 413, field: "body" });
  });

  test("a form's mistakes are named", async () => {
    const file = new File([png], "cat.png", { type: "image/png" });
    const send = async (...fields: [string, string | File][]) => {
      const body = new FormData();
      for (const [name, value] of fields) body.append(name, value);
      return problem("/v1/attack", { method: "POST", body });
    };
    expect(await send(["image", "hello"])).toMatchObject({ status: 422, field: "image" });
    expect(await send(["image", file], ["image", file])).toMatchObject({ status: 422, field: "image" });
    expect(await send(["picture", file])).toMatchObject({ status: 422, field: "picture" });
    expect(await send(["image", file], ["pixels", "0"])).toMatchObject({ status: 422, field: "pixels" });
  });
});

describe("routes", () => {
  test.each(["/", "/v1", "/v1/attack/", "/v1/models/resnet", "/v1/samples/cat-3", "/etc/passwd"])(
    "%s is not found",
    async (path) => {
      expect(await problem(path)).toMatchObject({ status: 404 });
    },
  );

  test.each([
    ["PUT", "/v1/attack", ["GET", "HEAD", "POST"]],
    ["DELETE", "/v1/models/glare", ["GET", "HEAD"]],
    ["GET", "/v1/classify", ["POST"]],
  ])("%s %s is not allowed, and what is stands in Allow", async (method, path, allowed) => {
    const response = await app.request(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("Allow")?.split(", ").sort()).toEqual(allowed);
    expect(await problem(path, { method })).toMatchObject({ status: 405 });
  });

  test("what cannot be represented as wanted is not acceptable", async () => {
    const headers = { Accept: "text/html, image/webp" };
    const body = await problem("/v1/attack", post(png, "image/png", headers));
    expect(body).toMatchObject({ status: 406, detail: expect.stringContaining("application/x-ndjson") });
    expect(await problem("/v1/classify", post(png, "image/png", headers))).toMatchObject({ status: 406 });
  });
});

test("an unforeseen error leaks nothing", async ({ onTestFinished }) => {
  const log = console.error;
  const logged: unknown[] = [];
  console.error = (error) => logged.push(error);
  onTestFinished(() => {
    console.error = log;
  });
  const broken = createApp({ ...services, ready: () => Promise.reject(new Error("secret at /srv/key")) });
  const response = await broken.request("/healthz");
  expect(response.status).toBe(500);
  expect(await response.text()).not.toMatch(/secret|srv|Error:/);
  expect(logged).toHaveLength(1);
});
