/** The costliest requests that a stranger may send, one of each kind. */
import type { Server } from "./server.ts";

/** An attack that no success ends. */
const ENDLESS = "sample=cat-3&target=ship&stop=confidence";

export interface Costly {
  readonly name: string;
  readonly path: string;
  readonly init?: RequestInit;
}

export const K_1024: Costly = {
  name: "attack, search=random, k=1024",
  path: `/v1/attack?${ENDLESS}&search=random&pixels=1024`,
};

const post = { method: "POST" };

/** @param tied a PNG whose two highest probabilities tie, so that onnxruntime is asked again and again */
export const kinds = (tied: Uint8Array<ArrayBuffer>): readonly Costly[] => [
  { name: "attack, search=random, k=1", path: `/v1/attack?${ENDLESS}&search=random` },
  { name: "attack, search=random, k=16", path: `/v1/attack?${ENDLESS}&search=random&pixels=16` },
  K_1024,
  { name: "attack, engine=onnxruntime", path: `/v1/attack?${ENDLESS}&search=random&engine=onnxruntime` },
  {
    name: "attack, search=de, k=131, population=1000",
    path: `/v1/attack?${ENDLESS}&search=de&pixels=131&population=1000`,
  },
  { name: "attack, preset=paper, k=1", path: `/v1/attack?${ENDLESS}&preset=paper` },
  { name: "attack, preset=paper, k=5", path: `/v1/attack?${ENDLESS}&preset=paper&pixels=5` },
  { name: "attack, pixels=min", path: `/v1/attack?${ENDLESS}&pixels=min` },
  { name: "targets, k=1", path: "/v1/targets?sample=cat-3&stop=confidence", init: post },
  { name: "targets, k=3", path: "/v1/targets?sample=cat-3&pixels=3&stop=confidence", init: post },
  { name: "map", path: "/v1/map?sample=cat-3", init: post },
  {
    name: "attack on a tie, search=random, k=1",
    path: "/v1/attack?target=ship&stop=confidence&search=random",
    init: { ...post, body: tied, headers: { "Content-Type": "image/png" } },
  },
];

/** The status and, of a refusal, its text. The work of a request that is admitted is ended at once. */
async function probe({ origin }: Server, path: string, init: RequestInit = {}): Promise<string | null> {
  const over = new AbortController();
  const headers = { ...init.headers, Accept: "application/x-ndjson" };
  const response = await fetch(origin + path, { ...init, headers, signal: over.signal });
  const refusal = response.status === 422 ? await response.text() : null;
  over.abort();
  return refusal;
}

/** The request with the largest budget that is allowed, which refusals of larger ones name. */
export async function largest(server: Server, { name, path, init }: Costly): Promise<Costly> {
  if (path.startsWith("/v1/map")) return { name, path, ...(init && { init }) };
  let budget = 100_000;
  for (let tries = 0; tries < 4; tries++) {
    const refusal = await probe(server, `${path}&budget=${budget}`, init);
    if (refusal === null) return { name, path: `${path}&budget=${budget}`, ...(init && { init }) };
    const [, fits] = /(?:at most|from 1 to|1…|and) (\d+)\b/.exec(refusal) ?? [];
    if (fits === undefined || Number(fits) >= budget) break;
    budget = Number(fits);
  }
  throw new Error(`${path}: no budget was found that is allowed.`);
}
