import { hc } from "hono/client";
import { expect, test } from "vitest";
import { services } from "../../test/support/services.ts";
import { type Api, createApp } from "./app.ts";

const app = createApp(services);
const client = hc<Api>("http://onepixel.test", {
  fetch: (input: RequestInfo | URL, init?: RequestInit) => app.request(input as string, init),
});

test("a typed client knows routes, parameters and responses", async () => {
  const models = await (await client.v1.models.$get()).json();
  expect(models.default).toBe("glare");
  const response = await client.v1.models[":model"].$get({ param: { model: models.default } });
  const model = await response.json();
  expect(model.engine).toBe("onnxruntime");
  const samples = await (await client.v1.samples.$get()).json();
  expect(samples.samples.map(({ name }) => name)).toContain("calm-0");
});
