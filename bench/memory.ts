/**
 * Does memory grow with requests, and whose is it? Two Workers under the same wrangler and workerd, with the same
 * flags: this project's, and a bare one that answers "ok". Both get the same requests. After each round a heap snapshot
 * is taken through the inspector, before which V8 collects all garbage; then the JavaScript heap in use and the resident
 * memory of workerd are read.
 *
 *     npm run bench:memory -- [requests] [path]      (8,000 and /healthz when left out)
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect, PORT, startWorker } from "./inspected-worker.ts";
import { residentOf, workerdsBelow } from "./processes.ts";

const [requests = 8000, path = "/healthz"] = [
  process.argv[2] === undefined ? undefined : Number(process.argv[2]),
  process.argv[3],
];
if (!Number.isInteger(requests) || requests < 8 || requests > 100_000) {
  console.error("The number of requests must be a whole number from 8 to 100,000.");
  process.exit(2);
}
const ROUNDS = 8;
const CONCURRENCY = 8;
const MIB = 2 ** 20;

async function send(count: number): Promise<void> {
  let left = count;
  const client = async () => {
    while (left-- > 0) await (await fetch(`http://127.0.0.1:${PORT}${path}`)).arrayBuffer();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, client));
}

async function measure(name: string, folder: string): Promise<void> {
  const server = await startWorker(folder, path);
  try {
    const inspector = await inspect();
    console.log(`${name}, GET ${path}, ${CONCURRENCY} at once`);
    console.log(" requests  heap in use  backing stores  resident (each workerd), MiB");
    for (let round = 0; round <= ROUNDS; round++) {
      if (round > 0) await send(requests / ROUNDS);
      const { usedSize, backingStorageSize } = await inspector.collect();
      const cells = [usedSize, backingStorageSize].map((bytes) => (bytes / MIB).toFixed(2).padStart(12));
      const resident = workerdsBelow(server.pid).map((pid) => residentOf(pid).toFixed(1).padStart(8));
      console.log(
        `${String((requests / ROUNDS) * round).padStart(9)} ${cells.join(" ")} ${resident.join(" ")}`,
      );
    }
    inspector.close();
  } finally {
    await server.end();
  }
}

const bare = mkdtempSync(join(tmpdir(), "onepixel-bare-"));
try {
  const settings = readFileSync("wrangler.toml", "utf8").match(/^compatibility_.*$/gm)!;
  writeFileSync(join(bare, "wrangler.toml"), `name = "bare"\nmain = "index.js"\n${settings.join("\n")}\n`);
  writeFileSync(join(bare, "index.js"), 'export default { fetch: () => new Response("ok") };\n');
  await measure("a bare Worker", bare);
  await measure("onepixel", ".");
} finally {
  rmSync(bare, { recursive: true, force: true });
}
