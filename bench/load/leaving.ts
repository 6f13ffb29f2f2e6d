/** How long the work of clients that left keeps its places. */
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Report } from "./bounds.ts";
import { K_1024, largest } from "./requests.ts";
import { ask, type Server } from "./server.ts";

/** Places of the isolate, and those that one of the costliest requests takes. */
const PLACES = 24;
const PLACES_EACH = 4;
const STREAM_SECONDS = 2;
const MOST_MILLISECONDS = 100_000;

let seed = 1;

/** Fills the isolate, leaves, and asks until there is a place again. @returns seconds */
async function secondsUntilFree(server: Server, path: string, accept: string): Promise<number> {
  const sockets: Socket[] = [];
  // Each with a seed of its own, because a response may come from the cache.
  const another = () => ask(server, `/v1/attack?sample=cat-3&search=random&budget=1&seed=${seed++}`);
  // One that finds no room is refused, so that there may have to be more of them than fit.
  while ((await another()) !== 429) {
    if (sockets.length > 3 * (PLACES / PLACES_EACH)) throw new Error("The isolate was not full.");
    const socket = connect(server.port, "127.0.0.1").on("error", () => undefined);
    socket.resume();
    socket.write(
      `GET ${path}&seed=${seed++} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAccept: ${accept}\r\n\r\n`,
    );
    sockets.push(socket);
    await wait(100);
  }
  for (const socket of sockets) socket.destroy();
  const left = performance.now();
  while ((await another()) === 429 && performance.now() - left < MOST_MILLISECONDS) await wait(50);
  return (performance.now() - left) / 1000;
}

export async function measureLeaving(server: Server, report: Report): Promise<void> {
  const deadline = Number(/MAX_SECONDS = "(\d+)"/.exec(readFileSync("wrangler.toml", "utf8"))![1]);
  const { path } = await largest(server, K_1024);
  const count = `${PLACES / PLACES_EACH} or more of the costliest attacks`;
  for (const [form, accept, most] of [
    ["streams", "application/x-ndjson", STREAM_SECONDS],
    ["JSON", "application/json", deadline],
  ] as const) {
    const value = await secondsUntilFree(server, path, accept);
    report.add({
      name: `until a place is free after the clients of ${count} (${form}) left`,
      value,
      unit: "s",
      most,
    });
  }
}
