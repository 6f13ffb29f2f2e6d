/** The Worker as `npm start` serves it, on a port that is free. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { cpuOf, residentOf, workerdsBelow } from "../processes.ts";

export interface Server {
  readonly port: number;
  readonly origin: string;
  /** Seconds of processor time that its workerd processes have taken. */
  readonly cpu: () => number;
  /** Resident memory of its workerd processes, in MiB. */
  readonly resident: () => number;
  readonly stop: () => Promise<void>;
}

/** Ports that nothing listens on. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** Starts the Worker, with other vars than wrangler.toml's. It ends with this process too. */
export async function startServer(vars: Readonly<Record<string, string>> = {}): Promise<Server> {
  const [port, inspector] = (await freePorts(2)) as [number, number];
  const flags = ["--ip", "127.0.0.1", "--port", `${port}`, "--inspector-port", `${inspector}`];
  for (const [name, value] of Object.entries(vars)) flags.push("--var", `${name}:${value}`);
  // A group of its own, so that all of it can be ended.
  const child = spawn(process.execPath, ["node_modules/wrangler/bin/wrangler.js", "dev", ...flags], {
    stdio: "ignore",
    detached: true,
  });
  const end = () => process.kill(-child.pid!, "SIGKILL");
  const leave = () => process.exit(130);
  process.on("exit", end).on("SIGINT", leave).on("SIGTERM", leave);
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`${origin}/healthz`).catch(() => null);
    await ready?.arrayBuffer();
    if (ready?.ok) break;
    if (tries === 120) throw new Error("wrangler dev did not answer /healthz in a minute.");
    await wait(500);
  }
  const sum = (of: (pid: number) => number) =>
    workerdsBelow(child.pid!).reduce((total, pid) => total + of(pid), 0);
  return {
    port,
    origin,
    cpu: () => sum(cpuOf),
    resident: () => sum(residentOf),
    async stop() {
      process.off("exit", end).off("SIGINT", leave).off("SIGTERM", leave);
      end();
      await wait(500);
    },
  };
}

/** Sends a request, and reads the whole response. @returns its status */
export async function ask({ origin }: Server, path: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(origin + path, init);
  await response.arrayBuffer();
  return response.status;
}
