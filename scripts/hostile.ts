/**
 * Sends hostile requests to the built Worker and prints how it answered.
 *
 *     npm run test:hostile -- [count] [first seed]      (10,000 and 1 when left out; 50,000 at most)
 *
 * Fails when an answer is a 5xx, an error is no whole problem, or one takes more than 5 seconds.
 */
import { startBuiltWorker } from "../test/support/built-worker.ts";
import { faultOf, hostileRequest, sendHostile } from "../test/support/hostile.ts";
import { auditTokens } from "../test/support/tokens.ts";

const CONCURRENCY = 8;
const MOST_SECONDS = 5;
const [count, first] = [Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 1)];
if (!Number.isInteger(count) || count < 1 || count > 50_000 || !Number.isInteger(first)) {
  console.error("Usage: npm run test:hostile -- [count from 1 to 50000] [first seed]");
  process.exit(2);
}

process.env.WRANGLER_LOG = "none";
const worker = await startBuiltWorker({ AUDIT_TOKENS: auditTokens });
const statuses = new Map<number, number>();
const slowest: { seed: number; seconds: number; what: string }[] = [];
const faults: string[] = [];
const lost: string[] = [];
let next = first;

async function client(): Promise<void> {
  while (next < first + count) {
    const seed = next++;
    const request = hostileRequest(seed);
    const what = `seed ${seed}: ${request.method} ${request.path.slice(0, 120)}`;
    let start = performance.now();
    const onLost = () => {
      lost.push(what);
      start = performance.now();
    };
    const answer = await sendHostile(worker.origin, request, onLost).catch((error: unknown) => String(error));
    const seconds = (performance.now() - start) / 1000;
    const fault = typeof answer === "string" ? answer : faultOf(answer, request.method);
    if (fault !== null) faults.push(`${what}: ${fault}`);
    if (typeof answer !== "string") statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    slowest.push({ seed, seconds, what });
    slowest.sort((a, b) => b.seconds - a.seconds).splice(5);
  }
}

await Promise.all(Array.from({ length: CONCURRENCY }, client));
console.table(Object.fromEntries([...statuses].sort(([a], [b]) => a - b)));
for (const { seconds, what } of slowest) console.log(`${seconds.toFixed(2)} s  ${what}`);
for (const fault of faults.slice(0, 20)) console.log(`FAULT  ${fault}`);
console.log(`${count} requests, ${faults.length} faults, the slowest ${slowest[0]!.seconds.toFixed(2)} s`);
for (const what of lost) console.log(`The local proxy lost the response, and it was sent again: ${what}`);
await worker.close();
process.exit(faults.length > 0 || slowest[0]!.seconds > MOST_SECONDS ? 1 : 0);
