/** A Worker under `wrangler dev`, and what V8's inspector says of its isolate's memory. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export const PORT = 9400;
const INSPECTOR = 9401;
/** Smaller buffers are the heap's own business. */
const SMALLEST_BUFFER = 0.3 * 2 ** 20;

export interface InspectedWorker {
  readonly pid: number;
  /** Ends it and all that it started. */
  end(): Promise<void>;
}

/** Starts the Worker of a folder and waits until it answers a path. */
export async function startWorker(folder: string, path: string): Promise<InspectedWorker> {
  const wrangler = resolve("node_modules/wrangler/bin/wrangler.js");
  const flags = ["--ip", "127.0.0.1", "--port", `${PORT}`, "--inspector-port", `${INSPECTOR}`];
  const server = spawn(process.execPath, [wrangler, "dev", ...flags], {
    cwd: folder,
    stdio: "ignore",
    detached: true,
  });
  const kill = () => process.kill(-server.pid!, "SIGKILL");
  // A group of its own, which an interrupt does not reach.
  const leave = () => {
    kill();
    process.exit(130);
  };
  process.on("SIGINT", leave).on("SIGTERM", leave);
  const end = async () => {
    process.off("SIGINT", leave).off("SIGTERM", leave);
    kill();
    await wait(1000);
  };
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`http://127.0.0.1:${PORT}${path}`).catch(() => null);
    await ready?.arrayBuffer();
    if (ready?.ok) return { pid: server.pid!, end };
    if (tries > 240) {
      await end();
      throw new Error(`wrangler dev did not answer ${path} in two minutes.`);
    }
    await wait(500);
  }
}

export interface Collected {
  /** Bytes of the JavaScript heap in use. */
  readonly usedSize: number;
  readonly backingStorageSize: number;
  /** The bytes of each large buffer, WebAssembly's memories among them; largest first. */
  readonly buffers: readonly number[];
}

export interface Inspector {
  /** Collects garbage, then reads the memory. */
  readonly collect: () => Promise<Collected>;
  readonly close: () => void;
}

/** The sizes of a heap snapshot's large buffers. */
function buffersOf(text: string): number[] {
  const { snapshot, nodes, strings } = JSON.parse(text) as {
    snapshot: { meta: { node_fields: string[] } };
    nodes: number[];
    strings: string[];
  };
  const fields = snapshot.meta.node_fields;
  const [name, size] = [fields.indexOf("name"), fields.indexOf("self_size")];
  const found: number[] = [];
  for (let node = 0; node < nodes.length; node += fields.length) {
    const bytes = nodes[node + size]!;
    if (bytes >= SMALLEST_BUFFER && strings[nodes[node + name]!]!.includes("ArrayBufferData"))
      found.push(bytes);
  }
  return found.sort((a, b) => b - a);
}

/** Attaches to the started Worker. */
export async function inspect(): Promise<Inspector> {
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
  let snapshot: string[] = [];
  socket.onmessage = ({ data }) => {
    const { id, result, method, params } = JSON.parse(String(data));
    if (method === "HeapProfiler.addHeapSnapshotChunk") snapshot.push(params.chunk);
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
      snapshot = [];
      await send("HeapProfiler.takeHeapSnapshot");
      const buffers = buffersOf(snapshot.join(""));
      return { ...(await send<Omit<Collected, "buffers">>("Runtime.getHeapUsage")), buffers };
    },
    close: () => socket.close(),
  };
}
