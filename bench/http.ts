/** Requests a second of the built Worker, one after the other over loopback: a trivial route, and a cached attack. */
import { Agent, get, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { startBuiltWorker } from "../test/support/built-worker.ts";
import { compare, type Figure } from "./measure.ts";

const BURST = 10;
const ATTACK = "/v1/attack?sample=cat-3&pixels=1&seed=1";

/** The health check, and beside it an attack whose answer the client has: its tag is all that comes back. */
export async function httpFigures(): Promise<Figure[]> {
  // What it has to say would stand in the middle of the figures.
  process.env.WRANGLER_LOG = "none";
  const worker = await startBuiltWorker();
  // One connection: opening others is not what is measured.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path: string, status: number, headers: OutgoingHttpHeaders = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(worker.origin + path, { agent, headers }, (response) => {
        response.resume().on("end", () => {
          if (response.statusCode === status) resolve(response);
          else reject(new Error(`${path} was answered with ${response.statusCode}`));
        });
      }).on("error", reject);
    });
  const burst = async (...request: Parameters<typeof ask>) => {
    for (let n = 0; n < BURST; n++) await ask(...request);
    return BURST;
  };
  try {
    const { headers } = await ask(ATTACK, 200);
    return await compare([
      { name: "http/trivial", work: () => burst("/healthz", 200) },
      { name: "http/cached-attack", work: () => burst(ATTACK, 304, { "If-None-Match": headers.etag }) },
    ]);
  } finally {
    agent.destroy();
    await worker.close();
  }
}
