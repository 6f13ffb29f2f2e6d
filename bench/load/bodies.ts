/** What large bodies without a token do to memory. */
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Report } from "./bounds.ts";
import { ask, type Server } from "./server.ts";

const SOCKETS = 12;
const MIB = 2 ** 20;
const BODY_MIB = 16;
const MOST_MIB = 50;
const NONE = "no response";
/** Attacks before that, so that what the first requests allocate for good is not counted. */
const WARM_UP = 30;
const CHUNK = Buffer.concat([
  Buffer.from(`${MIB.toString(16)}\r\n`),
  Buffer.alloc(MIB, 32),
  Buffer.from("\r\n"),
]);

/** Sends a chunked body, as far as the server takes it. @returns the status, and MiB that were taken */
function send({ port }: Server): Promise<{ status: string; sent: number }> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let status = NONE;
    let sent = 0;
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status, sent });
    };
    const timer = setTimeout(end, 10_000);
    socket.on("data", (data) => {
      status = /^HTTP\/1.1 (\d+)/.exec(data.toString("latin1"))?.[1] ?? status;
      if (sent === BODY_MIB) end();
    });
    socket.on("error", end).on("close", end);
    socket.write(
      `POST /v1/audits HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const write = () => {
      if (sent === BODY_MIB) return void socket.write("0\r\n\r\n", () => status !== NONE && end());
      socket.write(CHUNK, (error) => {
        if (error) return;
        sent++;
        write();
      });
    };
    write();
  });
}

/** What some work returns, and the server's most resident memory meanwhile, in MiB. */
async function watched<T>(server: Server, work: () => Promise<T>): Promise<{ result: T; peak: number }> {
  let peak = server.resident();
  const watch = setInterval(() => {
    peak = Math.max(peak, server.resident());
  }, 20);
  const result = await work();
  await wait(1000);
  clearInterval(watch);
  return { result, peak: Math.max(peak, server.resident()) };
}

/**
 * What the bodies add to the most memory that attacks before them had: after those, memory that was collected or not would
 * decide the figure.
 */
export async function measureBodies(server: Server, report: Report): Promise<void> {
  const { peak: before } = await watched(server, async () => {
    for (let seed = 0; seed < WARM_UP; seed++) await ask(server, `/v1/attack?sample=cat-3&seed=${seed}`);
  });
  const { result: ends, peak } = await watched(server, () =>
    Promise.all(Array.from({ length: SOCKETS }, () => send(server))),
  );
  const statuses = [...new Set(ends.map(({ status }) => status))].join(", ");
  const sent = ends.reduce((sum, end) => sum + end.sent, 0);
  const bodies = `${SOCKETS} audits of ${BODY_MIB} MiB without a token add (${statuses}; ${sent} MiB sent)`;
  report.add({
    name: `resident memory that ${bodies}`,
    value: Math.max(0, peak - before),
    unit: "MiB",
    most: MOST_MIB,
  });
}
