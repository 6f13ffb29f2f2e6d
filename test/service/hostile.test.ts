/** A sample of the requests of `npm run test:hostile`, on the built Worker, over HTTP. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltWorker, startBuiltWorker } from "../support/built-worker.ts";
import { faultOf, hostileRequest, sendHostile } from "../support/hostile.ts";
import { auditTokens } from "../support/tokens.ts";

const FIRST = 100_001;
const COUNT = 400;
const CONCURRENCY = 8;

let worker: BuiltWorker;
beforeAll(async () => {
  worker = await startBuiltWorker({ AUDIT_TOKENS: auditTokens });
});
afterAll(() => worker.close());

test(`${COUNT} hostile requests from seed ${FIRST}: no 5xx, and every error is a whole problem`, async () => {
  const faults: string[] = [];
  const statuses = new Set<number>();
  let next = FIRST;
  const client = async () => {
    while (next < FIRST + COUNT) {
      const seed = next++;
      const request = hostileRequest(seed);
      const answer = await sendHostile(worker.origin, request);
      statuses.add(answer.status);
      const fault = faultOf(answer, request.method);
      if (fault !== null)
        faults.push(`seed ${seed}, ${request.method} ${request.path.slice(0, 200)}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, client));
  expect(faults).toEqual([]);
  // What is sent is not all refused at the first look.
  for (const status of [200, 400, 401, 404, 405, 406, 415, 422]) expect(statuses).toContain(status);
  expect((await fetch(`${worker.origin}/healthz`)).status).toBe(200);
});

test("a fault is found: a 5xx, an error that is no problem, a problem that lacks a part", () => {
  const problem = { type: "/docs#x", title: "No", status: 422, detail: "It is not." };
  const answer = (status: number, type: string, body: unknown) => ({
    status,
    type,
    body: JSON.stringify(body),
  });
  expect(faultOf(answer(422, "application/problem+json", problem), "GET")).toBeNull();
  expect(faultOf(answer(200, "text/html", ""), "GET")).toBeNull();
  expect(faultOf(answer(500, "application/problem+json", { ...problem, status: 500 }), "GET")).toMatch("500");
  expect(faultOf(answer(422, "text/plain", problem), "GET")).toMatch("text/plain");
  expect(faultOf(answer(422, "application/problem+json", { ...problem, detail: "" }), "GET")).toMatch(
    "lacks",
  );
  expect(faultOf(answer(404, "application/problem+json", problem), "GET")).toMatch("lacks");
});

test("the same seed is the same request", () => {
  expect(hostileRequest(7)).toEqual(hostileRequest(7));
  expect(new Set(Array.from({ length: 200 }, (_, seed) => hostileRequest(seed).path)).size).toBeGreaterThan(
    100,
  );
});
