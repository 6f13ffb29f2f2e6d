/// <reference types="@cloudflare/vitest-plugin/types" />
/** Which report stands behind a badge, on the emulated Durable Objects, with prepared reports. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { reports } from "../../build/registry.ts";
import type { AuditReport } from "../../src/core/audit/report.ts";
import { openReports } from "../../src/worker/assets.ts";
import { readAsset } from "./read-asset.ts";

const [asset] = reports;
const shipped = (await openReports(reports, readAsset)(asset!.model))!;
const { id, sha256 } = shipped.model;
/** Digests of the tests' tokens, in test/support/tokens.ts. */
const { AUDIT_TOKENS } = env as unknown as { readonly AUDIT_TOKENS: string };
const [first, second] = AUDIT_TOKENS.split(",") as [string, string];

const withBudget = (budget: number, date = "2027-01-01"): AuditReport => ({
  ...shipped,
  date,
  rows: shipped.rows.map((row) => ({ ...row, settings: { ...row.settings, budget } })),
});
const strong = withBudget(20_000);
const stronger = withBudget(30_000);
const weak: AuditReport = { ...shipped, rows: shipped.rows.slice(0, 2), date: "2027-01-01" };

const evidence = () => env.EVIDENCE.getByName(id);
const call = (path: string, init?: RequestInit) => exports.default.fetch(`http://onepixel.test${path}`, init);
const standing = async () => {
  const report = (await (await call(`/v1/models/${id}/audit`)).json()) as AuditReport;
  return { date: report.date, budget: report.rows[0]!.settings.budget, rows: report.rows.length };
};
const ofShipped = { date: shipped.date, budget: 10_000, rows: 3 };
const withdraw = (token: string | null) =>
  call(`/v1/models/${id}/audit`, {
    method: "DELETE",
    ...(token && { headers: { Authorization: `Bearer ${token}` } }),
  });

beforeEach(async () => {
  for (const owner of [first, second]) await evidence().withdraw(owner, sha256);
});

describe("a report is published", () => {
  test("if it is stronger than the shipped one, and the badge's evidence is then that report", async () => {
    expect(await evidence().publish("a", first, strong)).toBeNull();
    expect(await standing()).toMatchObject({ budget: 20_000 });
    const page = await call(`/models/${id}`, { headers: { Accept: "text/html" } });
    expect(await page.text()).toContain("budget=20000");
    const { fooled } = strong.rows[0]!.statistics;
    const badge = (await (await call(`/v1/models/${id}/badge.json`)).json()) as { message: string };
    expect(badge.message).toContain(`n=${fooled.n})`);
  });

  test("not if it is weaker than the shipped one", async () => {
    expect(await evidence().publish("a", first, weak)).toContain(`The report of ${shipped.date}`);
    expect(await standing()).toEqual(ofShipped);
  });

  test("not if it does not keep the protocol, whatever asks for it", async () => {
    const cheap = withBudget(40);
    expect(await evidence().publish("a", first, cheap)).toBe(
      "Budget must be at least 10000, the default, not 40.",
    );
    expect(await standing()).toEqual(ofShipped);
  });

  test.each([
    ["weaker first", [strong, stronger]],
    ["stronger first", [stronger, strong]],
  ])("and of two at once the stronger stands, %s", async (_, [one, other]) => {
    const reasons = await Promise.all([
      evidence().publish("a", first, one!),
      evidence().publish("b", second, other!),
    ]);
    expect(await standing()).toMatchObject({ budget: 30_000 });
    expect(reasons.filter((reason) => reason === null).length).toBe(one === strong ? 2 : 1);
  });

  test("once, however often its audit asks", async () => {
    for (let times = 0; times < 2; times++) {
      expect(await evidence().publish("a", first, strong)).toBeNull();
    }
  });

  test("for its own model.onnx only", async () => {
    const other = { ...strong, model: { ...strong.model, sha256: "0".repeat(64) } };
    expect(await evidence().publish("a", first, other)).toBeNull();
    expect(await standing()).toEqual(ofShipped);
  });
});

describe("a published report is withdrawn", () => {
  test("by the token that published it; the shipped one stands again", async () => {
    await evidence().publish("a", first, strong);
    await evidence().publish("b", second, stronger);
    const refused = await withdraw("first-owner");
    expect([refused.status, await refused.json()]).toEqual([
      404,
      expect.objectContaining({
        field: "model",
        detail: expect.stringContaining("Your token has not published"),
      }),
    ]);
    expect((await withdraw(null)).status).toBe(401);
    expect(await standing()).toMatchObject({ budget: 30_000 });
    expect((await withdraw("second-owner")).status).toBe(204);
    expect(await standing()).toEqual(ofShipped);
    expect((await withdraw("second-owner")).status).toBe(404);
  });

  test("not where there is no such model", async () => {
    const response = await call("/v1/models/none/audit", {
      method: "DELETE",
      headers: { Authorization: "Bearer first-owner" },
    });
    expect(response.status).toBe(404);
  });
});

/** An audit that is about to finish and be published, with the evidence of `publish`. */
async function finishing(publish: (cancel: () => Promise<unknown>) => Promise<string | null>) {
  const object = env.AUDITS.get(env.AUDITS.newUniqueId());
  const retracted: string[] = [];
  const { minimalPixels: _, date: __, schemaVersion: ___, rows, ...rest } = shipped;
  const definition = { ...rest, rows: rows.map(({ pixels, settings }) => ({ pixels, settings })) };
  expect(await object.create({ definition, owner: first, publish: true }, [])).toBeNull();
  await runInDurableObject(object, (instance) => {
    const fake = {
      publish: () => publish(() => instance.remove(first)),
      retract: async (audit: string) => void retracted.push(audit),
    };
    Object.assign(instance, { env: { ...env, EVIDENCE: { getByName: () => fake } } });
  });
  await runDurableObjectAlarm(object);
  return { object, retracted, status: await object.status(first) };
}

describe("an audit that is to be published", () => {
  test("says that its report was published", async () => {
    const { status, retracted } = await finishing(async () => null);
    expect(status).toMatchObject({ state: "finished", publication: { published: true, reason: null } });
    expect(retracted).toEqual([]);
  });

  test("says why its report was not published", async () => {
    const { status } = await finishing(async () => "Another stands.");
    expect(status).toMatchObject({
      state: "finished",
      publication: { published: false, reason: "Another stands." },
    });
  });

  test("and is cancelled during publishing leaves no published report", async () => {
    const { object, status, retracted } = await finishing(async (cancel) => {
      await cancel();
      return null;
    });
    expect(status).toMatchObject({ state: "cancelled", publication: null, report: null });
    expect(retracted).toEqual([object.id.toString()]);
  });
});

test("what a retracted report replaced stands again", async () => {
  await evidence().publish("a", first, strong);
  await evidence().publish("b", second, stronger);
  await evidence().retract("c", sha256);
  expect(await standing()).toMatchObject({ budget: 30_000 });
  await evidence().retract("b", sha256);
  expect(await standing()).toMatchObject({ budget: 20_000 });
});

test("a report that was retracted while another stood does not come back when that one is retracted", async () => {
  await evidence().publish("a", first, strong);
  await evidence().publish("b", second, stronger);
  await evidence().retract("a", sha256);
  expect(await standing()).toMatchObject({ budget: 30_000 });
  await evidence().retract("b", sha256);
  expect(await standing()).toEqual(ofShipped);
});
