/**
 * What a start costs: the size of the bundle, the time until the Worker listens, the first answers after that, and the
 * resident memory of workerd after each. Beside this checkout others can be measured, in turns, if they are built and have
 * their packages: of an earlier version, or of the same with another models folder (`npm run build -- FOLDER`).
 *
 *     npm run bench:start -- [--rounds 5] [checkout…]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createTestHarness } from "wrangler";
import { median } from "./measure.ts";
import { residentOf, workerdsBelow } from "./processes.ts";

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "5" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
  console.error("--rounds must be a whole number from 1 to 100.");
  process.exit(2);
}

const png = readFileSync("models/samples/cifar10/cat-3.png");
const image = { method: "POST", body: png, headers: { "Content-Type": "image/png" } };
/** The first of each kind, in this order: nothing but the registry, then a session, then a plan. */
const requests: readonly (readonly [string, string, object?])[] = [
  ["GET /v1/models", "/v1/models"],
  ["POST /v1/classify", "/v1/classify", image],
  ["POST /v1/attack of 16 queries", "/v1/attack?pixels=1&budget=16&search=random", image],
];

interface Step {
  readonly name: string;
  readonly milliseconds: number;
  readonly mebibytes: number;
}

interface Bundle {
  readonly root: string;
  readonly folder: string;
  /** As wrangler says it. */
  readonly size: string;
}

function bundle(root: string): Bundle {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-start-"));
  const wrangler = resolve("node_modules/wrangler/bin/wrangler.js");
  const said = execFileSync(process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", folder], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { root, folder, size: /Total Upload: (.*)/.exec(said)?.[1] ?? "unknown" };
}

/** Starts the bundle, and asks for one thing after the other. */
async function start({ root, folder }: Bundle): Promise<Step[]> {
  const harness = createTestHarness({
    root,
    workers: [{ configPath: "wrangler.toml", prebuiltWorkerDir: folder }],
  });
  const steps: Step[] = [];
  const step = async (name: string, work: () => Promise<unknown>) => {
    const begin = performance.now();
    await work();
    const milliseconds = performance.now() - begin;
    const mebibytes = workerdsBelow(process.pid).reduce((sum, pid) => sum + residentOf(pid), 0);
    steps.push({ name, milliseconds, mebibytes });
  };
  try {
    await step("start, until it listens", () => harness.listen());
    for (const [name, path, init] of requests) {
      await step(name, async () => {
        const response = await harness.fetch(path, init);
        const text = await response.text();
        if (!response.ok) throw new Error(`${root}: ${name} responded with ${response.status}: ${text}`);
      });
    }
  } finally {
    await harness.close();
    // Until its workerd has ended, which would count with the next one.
    for (let tries = 0; tries < 50 && workerdsBelow(process.pid).length > 0; tries++) await wait(100);
  }
  return steps;
}

const bundles = [".", ...positionals].map((root) => bundle(resolve(root)));
try {
  const measured = bundles.map(() => [] as Step[][]);
  for (let round = 0; round < rounds; round++) {
    for (const [i, each] of bundles.entries()) measured[i]!.push(await start(each));
  }
  for (const [i, { root, size }] of bundles.entries()) {
    console.log(
      `${root}\nbundle: ${size}\nmedian of ${rounds} starts: milliseconds, MiB resident afterwards`,
    );
    for (const [at, { name }] of measured[i]![0]!.entries()) {
      const column = (of: keyof Omit<Step, "name">) => median(measured[i]!.map((steps) => steps[at]![of]));
      console.log(
        `  ${name.padEnd(30)} ${column("milliseconds").toFixed(0).padStart(7)} ${column("mebibytes").toFixed(0).padStart(6)}`,
      );
    }
  }
} finally {
  for (const { folder } of bundles) rmSync(folder, { recursive: true, force: true });
}
