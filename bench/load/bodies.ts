/** What large bodies without a token do to memory. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Report } from "./bounds.ts";
import { type Server, startServer } from "./server.ts";

const SOCKETS = 12;
const MIB = 2 ** 20;
const BODY_MIB = 16;
const MOST_MIB = 50;
const CHUNK = Buffer.concat([
  Buffer.from(`${MIB.toString(16)}\r\n`),
  Buffer.alloc(MIB, 32),
  Buffer.from("\r\n"),
]);

/** Sends a chunked body, as far as the server takes it. @returns the status, and MiB that were taken */
function send({ port }: Server): Promise<{ status: string; sent: number }> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let status = "no response";
    let sent = 0;
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status, sent });
    };
    const timer = setTimeout(end, 10_000);
    socket.on("data", (data) => {
      status = /^HTTP\/1.1 (\d+)/.exec(data.toString("latin1"))?.[1] ?? status;
    });
    socket.on("error", end).on("close", end);
    socket.write(
      `POST /v1/audits HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const write = () => {
      if (sent === BODY_MIB) return void socket.write("0\r\n\r\n", () => setTimeout(end, 1000));
      socket.write(CHUNK, (error) => {
        if (error) return;
        sent++;
        write();
      });
    };
    write();
  });
}

/** The most MiB of resident memory that the bodies added, and how they were answered. */
async function growth(server: Server): Promise<{ grown: number; what: string }> {
  await wait(1000);
  const before = server.resident();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, server.resident());
  }, 20);
  const ends = await Promise.all(Array.from({ length: SOCKETS }, () => send(server)));
  clearInterval(watch);
  const statuses = [...new Set(ends.map(({ status }) => status))].join(", ");
  const sent = ends.reduce((sum, end) => sum + end.sent, 0);
  return { grown: Math.max(peak, server.resident()) - before, what: `${statuses}; ${sent} MiB sent` };
}

/** A Worker that answers 401 and reads no body, under the same wrangler and workerd. */
async function growthOfBareWorker(): Promise<{ grown: number; what: string }> {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-bare-"));
  const settings = readFileSync("wrangler.toml", "utf8").match(/^compatibility_.*$/gm)!;
  writeFileSync(join(folder, "wrangler.toml"), `name = "bare"\nmain = "index.js"\n${settings.join("\n")}\n`);
  const answer = 'new Response("", { status: request.method === "POST" ? 401 : 200 })';
  writeFileSync(join(folder, "index.js"), `export default { fetch: (request) => ${answer} };\n`);
  const server = await startServer(folder);
  try {
    return await growth(server);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

/**
 * Both Workers have just started. The first large bodies make a bare one grow too, by up to 150 MiB, and later ones hardly:
 * what the bound is for is what this Worker takes beside that.
 */
export async function measureBodies(report: Report): Promise<void> {
  const bare = await growthOfBareWorker();
  const server = await startServer();
  const own = await growth(server).finally(() => server.stop());
  const bodies = `${SOCKETS} audits of ${BODY_MIB} MiB without a token`;
  for (const [name, { grown, what }] of [["a bare Worker", bare] as const, ["this one", own] as const]) {
    report.add({
      name: `resident memory that ${bodies} add to ${name} (${what})`,
      value: grown,
      unit: "MiB",
      most: null,
    });
  }
  report.add({
    name: "of it, more than to the bare Worker",
    value: own.grown - bare.grown,
    unit: "MiB",
    most: MOST_MIB,
  });
}
