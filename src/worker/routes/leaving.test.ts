import { expect, test } from "vitest";
import { classifier, services } from "../../../test/support/services.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { createApp } from "../app.ts";

/** The application on a classifier that nothing fools, so that only the budget would end an attack. */
function stubbornApp(onQueries: (queries: number) => void = () => {}) {
  const asked = { queries: 0 };
  const stubborn: Classifier = {
    ...classifier,
    classify: async (_, count) => {
      asked.queries += count;
      onQueries(asked.queries);
      return Float32Array.from({ length: count * 2 }, (_, index) => 0.9 - 0.8 * (index % 2));
    },
  };
  const registry = { classifiers: [stubborn], default: stubborn, get: () => stubborn };
  return { app: createApp({ ...services, registry }), asked };
}
const endless = "/v1/attack?sample=calm-0&pixels=3&budget=100000&search=random";

test("a reader that leaves a stream ends the attack", async () => {
  const { app, asked } = stubbornApp();
  const response = await app.request(endless, { headers: { Accept: "application/x-ndjson" } });
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  // The attack has ended once nothing is asked any more; if it went on, it would use its whole budget.
  for (let before = -1; before !== asked.queries; ) {
    before = asked.queries;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(asked.queries).toBeGreaterThan(0);
  expect(asked.queries).toBeLessThan(1000);
});

test("a client that leaves ends the attack", async () => {
  const gone = new AbortController();
  const { app, asked } = stubbornApp((queries) => {
    if (queries >= 300) gone.abort();
  });
  const response = await app.request(endless, { signal: gone.signal });
  expect(await response.json()).toMatchObject({ status: "survived", stopped: "aborted" });
  expect(asked.queries).toBeGreaterThanOrEqual(300);
  expect(asked.queries).toBeLessThan(400);
});
