/** What one anonymous request costs, for the costliest of each kind, and what one network may cost in a minute. */
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Report } from "./bounds.ts";
import { kinds, largest } from "./requests.ts";
import { ask, type Server } from "./server.ts";
import { tiedImage } from "./tie.ts";

/** Seconds of processor time that one anonymous request may cost. */
const MOST_SECONDS = 10;

export async function measureCost(server: Server, report: Report): Promise<void> {
  await ask(server, "/v1/attack?sample=cat-3");
  let most = 0;
  for (const kind of kinds(await tiedImage())) {
    const { name, path, init } = await largest(server, kind);
    await wait(300); // The probe's work has ended.
    const before = server.cpu();
    const status = await ask(server, path, init);
    if (status !== 200) throw new Error(`${path} was answered with ${status}.`);
    const value = server.cpu() - before;
    most = Math.max(most, value);
    const budget = /budget=(\d+)/.exec(path)?.[1];
    const what = budget === undefined ? name : `${name}, budget=${budget}`;
    report.add({ name: `CPU of one request: ${what}`, value, unit: "s", most: MOST_SECONDS });
  }
  const toml = readFileSync("wrangler.toml", "utf8");
  const number = (pattern: RegExp) => Number(pattern.exec(toml)![1]);
  const work = number(/"work";q=(\d+)/) * number(/WORK_UNIT = "(\d+)"/);
  const requests = work / number(/MAX_WORK_REQUEST = "(\d+)"/);
  const name = `CPU that one network may cost in a minute, ${requests.toFixed(1)} such requests`;
  report.add({ name, value: most * requests, unit: "s", most: null });
}
