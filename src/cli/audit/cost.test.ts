import { expect, test } from "vitest";
import { defineAudit } from "../../core/audit/define.ts";
import { nodeRegistry } from "../../node/services.ts";
import { worstCase } from "./cost.ts";

const { default: classifier } = nodeRegistry();
const images = { set: "own", count: 1000, sha256: "0".repeat(64) } as const;
const define = (targeted: boolean) =>
  defineAudit(classifier, { images, pixels: [1, 3], targeted, options: { budget: 5000 } }, 100_000);

test("an audit of many images says its most queries, and the time of one core or more", () => {
  expect(worstCase(classifier, define(false), 1000, 1)).toMatch(
    /^1000 images take up to 10,000,000 queries, about \d+ minutes if no search succeeds; --count, /,
  );
  const minutes = (text: string | null) => Number(/about (\d+)/.exec(text!)![1]);
  const one = minutes(worstCase(classifier, define(false), 400, 1));
  const two = minutes(worstCase(classifier, define(false), 800, 1));
  expect(two / one).toBeCloseTo(2, 0);
});

test("each other label is an attack of its own", () => {
  expect(worstCase(classifier, define(true), 100, 1)).toContain("9,000,000 queries");
});

test("of a model behind a URL nothing is known but the queries; a short audit says nothing", () => {
  expect(worstCase(classifier, define(false), 5, 1)).toBeNull();
  const remote = { protocol: "json", url: "http://127.0.0.1", parallel: 16, notes: [] };
  expect(worstCase({ ...classifier, remote } as typeof classifier, define(false), 5, 1)).toBe(
    "5 images take up to 50,000 queries; a search that succeeds ends earlier",
  );
});
