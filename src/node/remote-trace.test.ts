/** Traces of a remote model's answers, and what they must not contain. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { jsonHandler, kserveHandler, serve } from "../../test/support/remote-server.ts";
import { cat, labels, local, pictures, tensors } from "../../test/support/served-model.ts";
import { attack, classify, connectModel } from "./index.ts";

function scratch() {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-trace-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "trace.jsonl");
}

test("a run resumes from its trace without asking again, wherever it was cut off", async () => {
  const trace = scratch();
  const { url, received } = await serve(kserveHandler(local));
  const options = { protocol: "kserve-v2", model: "served", description: tensors, trace } as const;
  const run = async () =>
    attack(await connectModel(url, options), cat, { label: "cat", target: "truck", budget: 100 });
  const queries = () => received.filter(({ method }) => method === "POST").length;
  const first = await run();
  const asked = queries();
  expect(asked).toBeGreaterThan(5);
  expect(await run()).toEqual(first);
  expect(queries()).toBe(asked);

  const whole = readFileSync(trace, "utf8");
  // In the middle of a line, as a process that is killed leaves it.
  truncateSync(trace, Math.floor(whole.length / 2));
  expect(await run()).toEqual(first);
  expect(queries()).toBeGreaterThan(asked);
  expect(readFileSync(trace, "utf8").split("\n").sort()).toEqual(whole.split("\n").sort());
});

test("a trace of another description is refused, and so is another file", async () => {
  const trace = scratch();
  const { url } = await serve(jsonHandler(local));
  await connectModel(url, { protocol: "json", description: pictures, trace });
  const other = { ...pictures, labels: labels.toReversed() };
  await expect(connectModel(url, { protocol: "json", description: other, trace })).rejects.toMatchObject({
    field: "trace",
    message: `trace was recorded for ${url} (json) with a different description. Choose another file, or use the options of that run.`,
  });
  writeFileSync(trace, '{"name":"onepixel"}\n');
  await expect(connectModel(url, { protocol: "json", description: pictures, trace })).rejects.toMatchObject({
    field: "trace",
  });
});

test("header values are sent, and reach neither trace nor result nor error", async () => {
  const trace = scratch();
  const secret = "Bearer t0p-s3cret";
  const answer = jsonHandler(local);
  const { url, received } = await serve((request) =>
    received.length > 5
      ? { status: 403, body: { error: `${request.headers.authorization}: t0p-s3cret has expired` } }
      : answer(request),
  );
  const headers = { Authorization: secret };
  const model = await connectModel(url, { protocol: "json", description: pictures, trace, headers });
  const result = await classify(model, cat);
  expect(received.every((request) => request.headers.authorization === secret)).toBe(true);
  const failure = await attack(model, cat, { label: "cat", target: "truck" }).catch((error: Error) => error);
  expect((failure as Error).message).toBe(
    `${url} responded with 403: {"error":"[header]: [header] has expired"}`,
  );
  for (const text of [JSON.stringify(result), readFileSync(trace, "utf8")])
    expect(text).not.toContain("s3cret");
});
