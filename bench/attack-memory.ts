/**
 * What the built Worker's isolate holds before, during and after attacks: the JavaScript heap in use, and each buffer of
 * 0.3 MiB and more, which WebAssembly's memories are among. An isolate has 128 MB, which are 122 MiB. For other models than
 * the shipped ones, build first: `npm run build -- FOLDER`.
 *
 *     npm run bench:attack-memory -- [--image FILE] [--query pixels=1&budget=400&search=random] [--at-once 1]
 */
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { inspect, PORT, startWorker } from "./inspected-worker.ts";
import { residentOf, workerdsBelow } from "./processes.ts";

const { values } = parseArgs({
  options: {
    image: { type: "string", default: "models/samples/cifar10/cat-3.png" },
    query: { type: "string", default: "pixels=1&budget=400&search=random" },
    "at-once": { type: "string", default: "1" },
  },
});
const atOnce = Number(values["at-once"]);
const image = readFileSync(values.image);
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

const server = await startWorker(".", "/healthz");
try {
  const inspector = await inspect();
  const show = async (when: string) => {
    const { usedSize, buffers } = await inspector.collect();
    const all = buffers.reduce((sum, bytes) => sum + bytes, usedSize);
    const resident = workerdsBelow(server.pid).map((pid) => residentOf(pid).toFixed(0));
    console.log(
      `${when.padEnd(16)} ${mebibytes(all).padStart(6)} MiB: heap ${mebibytes(usedSize)}, ` +
        `buffers ${buffers.map(mebibytes).join(" + ")}; resident ${resident.join(", ")} MiB`,
    );
  };
  const type = /\.png$/.test(values.image) ? "image/png" : "image/jpeg";
  const attack = async () => {
    const url = `http://127.0.0.1:${PORT}/v1/attack?${values.query}`;
    const response = await fetch(url, { method: "POST", body: image, headers: { "Content-Type": type } });
    const { status, engine, cost, detail } = (await response.json()) as Record<string, unknown>;
    return `${response.status} ${status} ${JSON.stringify(cost)} ${engine} ${detail ?? ""}`;
  };
  await show("at rest");
  let running = atOnce;
  const attacks = Array.from({ length: atOnce }, async () => {
    const outcome = await attack();
    running--;
    return outcome;
  });
  await wait(1500);
  while (running > 0) {
    await show(`${running} running`);
    await wait(1000);
  }
  await show("afterwards");
  for (const outcome of await Promise.all(attacks)) console.log(outcome);
  inspector.close();
} finally {
  await server.end();
}
