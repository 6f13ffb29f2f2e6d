/** An audit on a Worker that is killed in the middle, held against `npm run evaluate`. */
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyProject } from "../support/project-copy.ts";
import { auditTokens, tokens } from "../support/tokens.ts";

const IMAGES = 100;
const OPTIONS = { search: "de", budget: 1000, seed: 1 } as const;
const headers = { Authorization: `Bearer ${tokens[0]}`, "Content-Type": "application/json" };

const project = copyProject();
/** Every process group that was started, to be ended whatever happens. */
const groups: number[] = [];

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

interface Served {
  readonly url: string;
  /** Ends wrangler and workerd at once, as a power cut does. */
  kill(): void;
}

/** `wrangler dev` as `npm start` runs it, with storage that outlives it. */
async function serve(): Promise<Served> {
  const port = await freePort();
  const flags = {
    "--ip": "127.0.0.1",
    "--port": String(port),
    "--persist-to": "state",
    "--var": `AUDIT_TOKENS:${auditTokens}`,
  };
  const command = ["node_modules/wrangler/bin/wrangler.js", "dev", ...Object.entries(flags).flat()];
  const child = spawn(process.execPath, [...command, "--var", "AUDIT_RESEND_SECONDS:2"], {
    cwd: project.folder,
    stdio: "ignore",
    detached: true,
  });
  groups.push(child.pid!);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 120; tries++) {
    const response = await fetch(`${url}/healthz`).catch(() => null);
    if (response?.ok) return { url, kill: () => process.kill(-child.pid!, "SIGKILL") };
    await wait(500);
  }
  throw new Error("wrangler dev did not answer within a minute.");
}

async function json(url: string, init: RequestInit = {}) {
  return JSON.parse(await (await fetch(url, { ...init, headers })).text());
}

/** The audit, once it holds. */
async function until(url: string, holds: (audit: { state: string; progress: { done: number } }) => boolean) {
  for (let tries = 0; tries < 1200; tries++) {
    const audit = await json(url);
    if (holds(audit)) return audit;
    await wait(200);
  }
  throw new Error(`${url} did not come to it.`);
}

beforeAll(() => {
  execFileSync(process.execPath, ["scripts/build.ts"], { cwd: project.folder, stdio: "pipe" });
});
afterAll(async () => {
  for (const group of groups) {
    try {
      process.kill(-group, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
  await project.remove();
});

test(`${IMAGES} images: killed in the middle and started again, the figures are those of npm run evaluate`, async () => {
  const first = await serve();
  const body = JSON.stringify({
    images: { set: "cifar10-test", count: IMAGES },
    pixels: 1,
    ...OPTIONS,
  });
  const { id } = await json(`${first.url}/v1/audits`, { method: "POST", body });
  const path = `/v1/audits/${id}`;
  const { progress } = await until(first.url + path, ({ progress }) => progress.done >= 5);
  expect(progress.done).toBeLessThan(IMAGES);
  first.kill();

  const second = await serve();
  const audit = await until(second.url + path, ({ state }) => state !== "running");
  expect(audit).toMatchObject({ state: "finished", progress: { done: IMAGES, total: IMAGES, failed: 0 } });
  const [{ statistics }] = audit.report.rows;
  second.kill();

  const options = Object.entries({ pixels: 1, images: statistics.fooled.n, ...OPTIONS }).flatMap(
    ([name, value]) => [`--${name}`, String(value)],
  );
  execFileSync(process.execPath, ["scripts/evaluate.ts", ...options], { cwd: project.folder, stdio: "pipe" });
  const results = JSON.parse(readFileSync(join(project.folder, "docs/results.json"), "utf8"));
  const { lastIndex, rows } = results.untargeted;
  expect(lastIndex).toBeLessThan(IMAGES);
  const [evaluated] = rows;
  for (const figure of ["fooled", "certified", "queries", "confidence", "density"] as const) {
    expect(statistics[figure]).toEqual(evaluated.statistics[figure]);
  }
}, 400_000);
