/**
 * Does memory grow with requests, and whose is it? Two Workers under the same wrangler and workerd, with the same
 * flags: this project's, and a bare one that answers "ok". Both get the same requests. After each round a heap snapshot
 * is taken through the inspector, before which V8 collects all garbage; then the JavaScript heap in use and the resident
 * memory of workerd are read.
 *
 *     npm run bench:memory -- [requests] [path]      (8,000 and /healthz when left out)
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
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
const PORT = 9400;
const INSPECTOR = 9401;
const MIB = 2 ** 20;

interface Inspector {
  /** Collects garbage. @returns bytes of the heap in use */
  readonly collect: () => Promise<{ usedSize: number; backingStorageSize: number }>;
  readonly close: () => void;
}

async function inspect(): Promise<Inspector> {
  const [target] = (await (await fetch(`http://127.0.0.1:${INSPECTOR}/json`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  // Wrangler's inspector lets a page in by its Origin. Node's WebSocket takes headers; its types do not say so.
  const headers = { Origin: `http://127.0.0.1:${INSPECTOR}` };
  const socket: WebSocket = Reflect.construct(WebSocket, [target!.webSocketDebuggerUrl, { headers }]);
  await new Promise((opened, failed) => {
    socket.onopen = opened;
    socket.onerror = failed;
  });
  const pending = new Map<number, (result: unknown) => void>();
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    // The chunks of a snapshot have no id.
    pending.get(id)?.(result);
    pending.delete(id);
  };
  let last = 1000;
  const send = <T>(method: string) =>
    new Promise<T>((answered) => {
      const id = ++last;
      pending.set(id, answered as (result: unknown) => void);
      socket.send(JSON.stringify({ id, method }));
    });
  return {
    async collect() {
      // workerd does not answer HeapProfiler.collectGarbage. Before a snapshot V8 collects all garbage.
      await send("HeapProfiler.takeHeapSnapshot");
      return send("Runtime.getHeapUsage");
    },
    close: () => socket.close(),
  };
}

async function send(count: number): Promise<void> {
  let left = count;
  const client = async () => {
    while (left-- > 0) await (await fetch(`http://127.0.0.1:${PORT}${path}`)).arrayBuffer();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, client));
}

async function measure(name: string, folder: string): Promise<void> {
  const wrangler = resolve("node_modules/wrangler/bin/wrangler.js");
  const flags = ["--ip", "127.0.0.1", "--port", `${PORT}`, "--inspector-port", `${INSPECTOR}`];
  const server = spawn(process.execPath, [wrangler, "dev", ...flags], {
    cwd: folder,
    stdio: "ignore",
    detached: true,
  });
  const end = () => process.kill(-server.pid!, "SIGKILL");
  // A group of its own, which an interrupt does not reach.
  const leave = () => {
    end();
    process.exit(130);
  };
  process.on("SIGINT", leave).on("SIGTERM", leave);
  try {
    for (let tries = 0; ; tries++) {
      const ready = await fetch(`http://127.0.0.1:${PORT}${path}`).catch(() => null);
      await ready?.arrayBuffer();
      if (ready?.ok) break;
      if (tries > 240) throw new Error(`wrangler dev did not answer ${path} in two minutes.`);
      await wait(500);
    }
    const inspector = await inspect();
    console.log(`${name}, GET ${path}, ${CONCURRENCY} at once`);
    console.log(" requests  heap in use  backing stores  resident (each workerd), MiB");
    for (let round = 0; round <= ROUNDS; round++) {
      if (round > 0) await send(requests / ROUNDS);
      const { usedSize, backingStorageSize } = await inspector.collect();
      const cells = [usedSize, backingStorageSize].map((bytes) => (bytes / MIB).toFixed(2).padStart(12));
      const resident = workerdsBelow(server.pid!).map((pid) => residentOf(pid).toFixed(1).padStart(8));
      console.log(
        `${String((requests / ROUNDS) * round).padStart(9)} ${cells.join(" ")} ${resident.join(" ")}`,
      );
    }
    inspector.close();
  } finally {
    process.off("SIGINT", leave).off("SIGTERM", leave);
    end();
    await wait(1000);
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
