import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { services } from "../../../test/support/services.ts";
import type { AuditReport } from "../../core/audit/report.ts";
import { evaluationSet, nodeRegistry } from "../../node/services.ts";
import { createApp } from "../app.ts";

const PAGE = "/models/cifar10-resnet8";

test("the evidence page is made once for a report, and again for another; the last four are kept", async () => {
  let report: AuditReport = JSON.parse(readFileSync("models/cifar10-resnet8/audit.json", "utf8"));
  const set = evaluationSet();
  let drawn = 0;
  const image = (index: number) => {
    drawn++;
    return set.image(index);
  };
  const evaluations = [{ ...set, open: async () => ({ ...set, image }) }];
  // A new object each time, as a published report is.
  const evidence = async () => structuredClone(report);
  const { request } = createApp({ ...services, registry: nodeRegistry(), evaluations, evidence });
  const page = async (date: string) => {
    report = { ...report, date };
    drawn = 0;
    return { text: await (await request(PAGE)).text(), made: drawn > 0 };
  };
  const first = await page("2026-01-01");
  expect(first.made).toBe(true);
  expect(first.text).toContain("2026-01-01");
  expect(await page("2026-01-01")).toEqual({ text: first.text, made: false });
  const second = await page("2026-01-02");
  expect(second.made).toBe(true);
  expect(second.text).not.toBe(first.text);
  for (const date of ["2026-01-03", "2026-01-04"]) expect((await page(date)).made).toBe(true);
  expect(await page("2026-01-01")).toEqual({ text: first.text, made: false });
  expect((await page("2026-01-05")).made).toBe(true);
  // Of five, the one that was asked for longest ago is gone.
  expect((await page("2026-01-01")).made).toBe(false);
  expect((await page("2026-01-02")).made).toBe(true);
});
