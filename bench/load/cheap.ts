/** How long cheap routes take while attacks fill the isolate. */
import { setTimeout as wait } from "node:timers/promises";
import type { Report } from "./bounds.ts";
import { K_1024, largest } from "./requests.ts";
import { ask, type Server } from "./server.ts";

const CLIENTS = 24;
const SAMPLES = 300;
const MOST_SECONDS = 30;
const MOST_MILLISECONDS = 150;
const CHEAP = { "/healthz": "/healthz", "the badge": "/v1/models/cifar10-resnet8/badge.svg" };

const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)]!;

/** Clients that ask for an attack again and again. @returns how many attacks were under way, and what ends the clients */
function attackers(server: Server, path: string) {
  const over = new AbortController();
  const underWay = { now: 0, most: 0 };
  const client = async (number: number): Promise<void> => {
    for (let n = 0; !over.signal.aborted; n++) {
      try {
        const response = await fetch(`${server.origin}${path}&seed=${number * 1000 + n}`, {
          signal: over.signal,
          headers: { Accept: "application/x-ndjson" },
        });
        if (response.status !== 200) {
          await response.arrayBuffer();
          await wait(Number(response.headers.get("Retry-After") ?? 1) * 1000);
          continue;
        }
        underWay.most = Math.max(underWay.most, ++underWay.now);
        await response.arrayBuffer().finally(() => underWay.now--);
      } catch (error) {
        if (!over.signal.aborted) throw error;
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, number) => client(number));
  return {
    underWay,
    end: async () => {
      over.abort();
      await Promise.all(clients);
    },
  };
}

async function measureBeside(server: Server, report: Report, what: string, path: string): Promise<void> {
  const { underWay, end } = attackers(server, path);
  await wait(2000);
  const times = Object.entries(CHEAP).map(([name, url]) => ({ name, url, taken: [] as number[] }));
  const stop = performance.now() + MOST_SECONDS * 1000;
  for (let n = 0; n < SAMPLES && performance.now() < stop; n++) {
    for (const { url, taken } of times) {
      const start = performance.now();
      await ask(server, url);
      taken.push(performance.now() - start);
    }
    await wait(5);
  }
  await end();
  for (const { name, taken } of times) {
    const beside = `of ${taken.length} requests to ${name}, beside ${underWay.most} attacks: ${what}`;
    report.add({ name: `p50 ${beside}`, value: percentile(taken, 0.5), unit: "ms", most: null });
    report.add({
      name: `p99 ${beside}`,
      value: percentile(taken, 0.99),
      unit: "ms",
      most: MOST_MILLISECONDS,
    });
  }
}

/** Measures twice: beside the costliest attacks, which take several places each, and beside 24 that fit at once. */
export async function measureCheapRoutes(server: Server, report: Report): Promise<void> {
  const { path } = await largest(server, K_1024);
  await measureBeside(server, report, `${K_1024.name}, the largest budget`, path);
  // A slot goes with a quarter of the work of the costliest request, near ties included.
  const sixth = path.replace(/budget=(\d+)/, (_, budget) => `budget=${Math.floor(budget / 6)}`);
  await measureBeside(server, report, `${K_1024.name}, a sixth of it`, sixth);
}
