/** The first requests to a Worker that has read nothing yet, all at once, over HTTP. */
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { type BuiltWorker, startBuiltWorker } from "../support/built-worker.ts";

let worker: BuiltWorker | undefined;
afterEach(() => worker?.close());

const png = readFileSync("models/samples/cifar10/frog-4.png");
const raw = { method: "POST", body: png, headers: { "Content-Type": "image/png" } };

/** Twenty requests, below the concurrency limit of 24, that need the same files; the short ones end before the others. */
const kinds: Readonly<Record<string, (n: number) => readonly [string, RequestInit?]>> = {
  "a model": (n) =>
    n % 4 === 0
      ? ["/v1/classify", raw]
      : [`/v1/attack?pixels=1&budget=${20 * n}&seed=${n}&search=random`, raw],
  "a sample": (n) =>
    n % 4 === 0 ? ["/v1/samples/dog-1"] : [`/v1/attack?sample=dog-1&pixels=1&budget=${20 * n}&seed=${n}`],
  everything: (n) =>
    [
      ["/v1/models/cifar10-resnet8"],
      ["/models/cifar10-resnet8"],
      ["/v1/models/cifar10-resnet8/badge.svg"],
      [`/v1/attack?sample=dog-${n % 3}&pixels=1&budget=${20 * n}&seed=${n}`],
      ["/v1/classify?sample=dog-1", { method: "POST" }],
    ][n % 5] as [string, RequestInit?],
};

test.each(Object.entries(kinds))("that need %s are answered as later ones are", async (_, kind) => {
  worker = await startBuiltWorker();
  const { origin, logs } = worker;
  const asks = Array.from({ length: 20 }, (_, n) => kind(n));
  const ask = async ([path, init]: readonly [string, RequestInit?]) => {
    const response = await fetch(origin + path, init);
    return {
      path,
      status: response.status,
      body: Buffer.from(await response.arrayBuffer()).toString("base64"),
    };
  };
  // A client that leaves while the Worker reads for it.
  const leave = new AbortController();
  const left = fetch(`${origin}/v1/attack?sample=dog-1&pixels=1`, {
    headers: { Accept: "application/x-ndjson" },
    signal: leave.signal,
  }).catch(() => {});
  const together = Promise.all(asks.map(ask));
  leave.abort();
  const first = await together;
  await left;
  expect(first.filter(({ status }) => status !== 200)).toEqual([]);
  for (const [n, again] of asks.entries()) expect(await ask(again)).toEqual(first[n]);
  expect(logs().filter((line) => /hung|different request|canceled/.test(line))).toEqual([]);
});
