/**
 * What becomes of an attack whose client leaves, over real sockets, as `npm start` serves it. A stream that is closed ends at
 * one of its next pauses. Of a response that comes whole, wrangler passes neither a closed nor a reset socket on, so the
 * deadline ends it.
 */
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, test } from "vitest";
import { type Server, startServer } from "../../bench/load/server.ts";

/** Seconds after which a response that is not a stream is given up. */
const DEADLINE = 4;
/** An attack that takes minutes: it takes the one slot. */
const ENDLESS = "/v1/attack?sample=cat-3&target=ship&stop=confidence&search=random&pixels=1024&budget=100000";

let server: Server;
beforeAll(async () => {
  server = await startServer({
    MAX_COMPUTING: "1",
    MAX_SECONDS: `${DEADLINE}`,
    MAX_WORK_REQUEST: "2000000000",
    WORK_UNIT: "2000000000",
  });
}, 90_000);
afterAll(() => server.stop());

let seed = 0;
/** Whether there is a slot; each time another request, because a response may come from the cache. */
const isFree = async () => {
  const response = await fetch(
    `${server.origin}/v1/attack?sample=cat-3&search=random&budget=1&seed=${seed++}`,
  );
  await response.arrayBuffer();
  return response.status !== 429;
};

/** Begins an attack, and waits until it has the slot. @returns the socket */
async function begin(accept: string) {
  const socket = connect(server.port, "127.0.0.1").on("error", () => undefined);
  socket.resume();
  socket.write(
    `GET ${ENDLESS}&seed=${seed++} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAccept: ${accept}\r\n\r\n`,
  );
  while (await isFree()) await wait(20);
  return socket;
}

test.for([
  ["application/x-ndjson", "closes its socket", "destroy"],
  ["application/x-ndjson", "resets its socket", "resetAndDestroy"],
  ["text/event-stream", "closes its socket", "destroy"],
  ["application/json", "closes its socket", "destroy"],
  ["application/json", "resets its socket", "resetAndDestroy"],
] as const)(
  "%s: a client that %s frees its slot (%s)",
  { timeout: 60_000 },
  async ([accept, , how], { expect }) => {
    const socket = await begin(accept);
    expect(await isFree()).toBe(false);
    socket[how]();
    const left = performance.now();
    // The attack itself would take minutes, so that only its end can free the slot.
    while (!(await isFree())) await wait(20);
    console.log(
      `${accept}, ${how}: the slot was free after ${((performance.now() - left) / 1000).toFixed(1)} s`,
    );
  },
);
