/** What a client gets when the CPU limit ends a search: the best so far, which no cache may keep. */
import { describe, expect, test } from "vitest";
import { app, classifier, image, png, post, services } from "../../../test/support/services.ts";
import { withCpuLimit } from "../../../test/support/signalled-kernel.ts";
import { resolveOptions } from "../../core/attack/options/options.ts";
import { attack } from "../../core/attack/run.ts";

const bounds = { ...classifier.manifest.input, labels: classifier.manifest.labels, maxBudget: 100_000 };

test.each([1, "min"] as const)("the attack with pixels=%s stops, and says why", async (pixels) => {
  const result = await withCpuLimit(() =>
    attack({
      classifier,
      kernelModule: services.kernelModule,
      image,
      settings: resolveOptions({ pixels }, bounds),
    }),
  );
  expect(result).toMatchObject({ status: "survived", stopped: "cpu-limit", certificate: null });
  expect(result.cost.queries).toBe(0);
});

describe("the response is not stored", () => {
  test.each([
    ["application/json", "GET"],
    ["image/png", "GET"],
    ["application/json", "POST"],
    ["image/png", "POST"],
  ])("%s by %s", async (type, method) => {
    const headers = { Accept: type };
    const response = await withCpuLimit(async () =>
      method === "GET"
        ? app.request("/v1/attack?sample=calm-0&pixels=1", { headers })
        : app.request("/v1/attack?pixels=1", post(png, "image/png", headers)),
    );
    expect(response.status).toBe(200);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(response.headers.get("ETag")).toBeNull();
    if (type === "application/json") expect(await response.json()).toMatchObject({ stopped: "cpu-limit" });
  });
});
