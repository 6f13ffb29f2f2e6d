/** The description's example of each kind of problem is what the service answers. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { app, base64, classifier, limitsOf, png, post, services } from "../../../test/support/services.ts";
import { RuntimeUnavailableError } from "../../core/model/runtime.ts";
import { createApp } from "../app.ts";
import { createReadAsset } from "../assets.ts";
import type { problemKinds } from "../response/problem.ts";

const FILE = "src/worker/openapi/examples/problems.json";

/** The service with a classifier that cannot answer. */
function failing(error: Error) {
  const broken = { ...classifier, probabilities: () => Promise.reject(error) };
  const registry = { classifiers: [broken], default: broken, get: () => broken };
  return createApp({ ...services, registry });
}

const limited = createApp({ ...services, ...limitsOf(16, { allows: async () => false }) });
const limits = limitsOf(1);
/** Every request takes two slots of one. */
const enterTwice: typeof limits.concurrencyLimit.enter = (c) => {
  limits.concurrencyLimit.enter(c);
  limits.concurrencyLimit.enter(c);
};
const full = createApp({
  ...services,
  ...limits,
  concurrencyLimit: { ...limits.concurrencyLimit, enter: enterTwice },
});
const overQuota = createApp({
  ...services,
  tokens: [createHash("sha256").update("a-token").digest("hex")],
  audits: { ...services.audits, create: async () => ({ quota: "running", most: 5 }) },
});
const missing = createReadAsset(async () => new Response(null, { status: 404 }));
const withoutFiles = createApp({
  ...services,
  samples: services.samples.map((sample) => ({
    ...sample,
    read: () => missing({ path: "/models/samples/calm-0.png", sha256: sample.sha256 }),
  })),
});
const audit = post(JSON.stringify({ images: [{ image: base64(png), label: "calm" }] }), "application/json", {
  Authorization: "Bearer a-token",
});
const other = { headers: { "CF-Connecting-IP": "203.0.113.9" } };

/** A request that is answered with a problem of each kind. */
const requests: Record<keyof typeof problemKinds, () => Response | Promise<Response>> = {
  "invalid-body": () => app.request("/v1/attack", post("{", "application/json")),
  unauthorized: () => app.request("/v1/audits", post("{}", "application/json")),
  "not-found": () => app.request("/v1/models/resnet"),
  "method-not-allowed": () => app.request("/v1/attack", { method: "PUT" }),
  "not-acceptable": () => app.request("/v1/attack", post(png, "image/png", { Accept: "text/html" })),
  "slow-body": async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const body = new ReadableStream({ start: (controller) => controller.enqueue(png.subarray(0, 60)) });
    const response = app.request("/v1/attack", { ...post(body), duplex: "half" } as RequestInit);
    await vi.advanceTimersByTimeAsync(30_000);
    vi.useRealTimers();
    return response;
  },
  "body-too-large": () => app.request("/v1/attack", post(new Uint8Array(2 * 1024 * 1024 + 1))),
  "unsupported-media-type": () => app.request("/v1/attack", post("hello", "text/plain")),
  "invalid-option": () => app.request("/v1/attack?pixels=0", post(png)),
  "invalid-image": () => app.request("/v1/attack", post(png.subarray(0, 60))),
  "rate-limited": () => limited.request("/v1/attack?sample=calm-0", other),
  busy: () => full.request("/v1/attack?sample=calm-0"),
  "quota-exceeded": () => overQuota.request("/v1/audits", audit),
  "internal-error": () => failing(new Error("unforeseen")).request("/v1/classify", post(png)),
  "classifier-unavailable": () =>
    failing(new RuntimeUnavailableError("no memory")).request("/v1/classify", post(png)),
  "file-unavailable": () => withoutFiles.request("/v1/samples/calm-0"),
  deadline: async () => {
    const start = Date.now();
    const clock = vi
      .spyOn(Date, "now")
      .mockReturnValueOnce(start)
      .mockReturnValueOnce(start)
      .mockReturnValue(start + 61_000);
    const path = "/v1/attack?sample=calm-0&search=random&stop=confidence";
    return Promise.resolve(app.request(path)).finally(() => clock.mockRestore());
  },
};

test("each kind of problem has the service's own answer as its example; `vitest -u` records it again", async () => {
  const log = console.error;
  console.error = () => {};
  onTestFinished(() => {
    console.error = log;
  });
  const answers: Record<string, unknown> = {};
  for (const [kind, request] of Object.entries(requests)) {
    const answer = (await (await request()).json()) as { type: string };
    expect(answer.type).toBe(`/docs#${kind}`);
    answers[kind] = answer;
  }
  await expect(`${JSON.stringify(answers, null, 2)}\n`).toMatchFileSnapshot(`../../../${FILE}`);
});

test("every response in openapi.json that is a problem has examples of its own status, one a kind", async () => {
  const recorded = JSON.parse(readFileSync(FILE, "utf8")) as Record<string, unknown>;
  const { paths } = (await (await app.request("/openapi.json")).json()) as {
    paths: Record<
      string,
      Record<string, { responses: Record<string, { content?: Record<string, object> }> }>
    >;
  };
  let responses = 0;
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
    for (const [status, { content }] of Object.entries(operation.responses)) {
      const media = content?.["application/problem+json"] as
        | { examples?: Record<string, { value: { status: number } }> }
        | undefined;
      if (!media) continue;
      responses++;
      const examples = Object.entries(media.examples ?? {});
      expect(examples.length, status).toBeGreaterThan(0);
      for (const [kind, { value }] of examples) {
        expect(value).toEqual(recorded[kind]);
        expect(value.status).toBe(Number(status));
      }
    }
  }
  expect(responses).toBeGreaterThan(50);
});
