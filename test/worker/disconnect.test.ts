/**
 * What the Worker does in workerd when it is told that the client has left: the log tells how many queries were spent. No
 * socket is involved; whether the runtime notices one that is closed is measured by `npm run bench:load`.
 */
import { exports } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const BUDGET = 40_000;
const PATH = `/v1/attack?sample=cat-3&search=random&target=ship&stop=confidence&budget=${BUDGET}`;

const lines: { route: string; queries: number; status: number }[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(console, "log").mockImplementation((line) => lines.push(JSON.parse(line)));
});
afterEach(() => vi.restoreAllMocks());

const call = (init: RequestInit) => exports.default.fetch(`http://onepixel.test${PATH}`, init);

test("a closed stream stops the search at one of its next pauses", async () => {
  const response = await call({ headers: { Accept: "application/x-ndjson" } });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  const seen = JSON.parse(value!.trimEnd().split("\n").at(-1)!).queries;
  await reader.cancel();
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  expect(lines[0]).toMatchObject({ route: "/v1/attack", status: 200 });
  expect(lines[0]!.queries - seen).toBeLessThanOrEqual(3 * 64);
});

test("a plain response whose request is aborted in process: the search stops", async () => {
  const controller = new AbortController();
  const response = call({ signal: controller.signal }).catch(() => null);
  await scheduler.wait(300);
  controller.abort();
  await response;
  await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 10_000 });
  expect(lines[0]!.queries).toBeLessThan(BUDGET / 2);
});
