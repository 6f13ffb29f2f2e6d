import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { services } from "../../test/support/services.ts";
import { createApp } from "./app.ts";
import { readLimits } from "./limits.ts";

describe("budgets", () => {
  const toml = readFileSync("wrangler.toml", "utf8");
  const vars = Object.fromEntries(
    [...toml.matchAll(/^(\w+) = ["'](.*)["']$/gm)].map(([, name, value]) => [name, value]),
  );
  type Vars = Parameters<typeof readLimits>[0];

  test("come from wrangler.toml", () => {
    expect(readLimits(vars as unknown as Vars).maxBudget.attack).toBe(Number(vars.MAX_BUDGET_ATTACK));
  });

  test.each(["0", "1.5", "1000001", "many", ""])("%s is no budget, and cannot be deployed", (value) => {
    const wrong = { ...vars, MAX_BUDGET_MAP: value } as unknown as Vars;
    expect(() => readLimits(wrong)).toThrow("MAX_BUDGET_MAP must be a whole number from 1 to 1000000");
  });

  test("of each route are its own", async () => {
    const maxBudget = { attack: 50, targets: 40, map: 600, audits: 30 };
    const { request } = createApp({ ...services, maxBudget });
    const over = await request("/v1/attack?sample=calm-0&budget=51");
    expect(over.status).toBe(422);
    expect(await over.json()).toMatchObject({
      field: "budget",
      detail: expect.stringContaining("from 1 to 50,"),
    });
    expect((await request("/v1/attack?sample=calm-0&budget=50")).status).toBe(200);
    expect((await request("/v1/map?sample=calm-0&budget=600", { method: "POST" })).status).toBe(200);
    expect((await request("/v1/map?sample=calm-0&budget=601", { method: "POST" })).status).toBe(422);
  });

  test("what clients are told of the rate limit is the deployed one", () => {
    const [, limit, period] = /limit = (\d+), period = (\d+)/.exec(toml)!;
    expect(vars.RATE_LIMIT_POLICY).toBe(`"compute";q=${limit};w=${period}`);
  });
});
