/**
 * Mutation tests of the kernel: `npm run test:kernel-mutants -- --count 50 --seed 1`. Changes one place of
 * assembly/ at a time, compiles it in a temporary folder and runs the kernel's unit tests against it.
 * Mutants that do not compile, or compile to the very same bytes, do not count.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { applyMutant, lineOf, type Mutant, mutantsOf } from "./operators.ts";

interface Place extends Mutant {
  /** Below assembly/. */
  readonly file: string;
}

/** Constants that sources and kernel share, and lists of exports: a mutant of them says nothing about a test. */
const LEFT_OUT = ["index.ts", "signal.ts", "search/endings.ts", "inference/program.ts"];
/** A mutant whose tests take so many times as long as without it never ends, and counts as killed. */
const PATIENCE = 3;

const { values } = parseArgs({
  options: { count: { type: "string", default: "50" }, seed: { type: "string", default: "1" } },
});
const folder = mkdtempSync(join(tmpdir(), "onepixel-mutants-"));

/** Numbers from 0 to 1 by mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function places(): Place[] {
  return readdirSync("assembly", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !LEFT_OUT.includes(file))
    .toSorted()
    .flatMap((file) =>
      mutantsOf(readFileSync(join("assembly", file), "utf8")).map((one) => ({ ...one, file })),
    );
}

/** Compiles the copy of assembly/ in the temporary folder. @returns null if it does not compile */
function compile(): Buffer | null {
  const wasm = join(folder, "kernel.wasm");
  const entry = join(folder, "assembly/index.ts");
  const { options } = JSON.parse(readFileSync("asconfig.json", "utf8"));
  const flags = ["-O3", "--noAssert", "--runtime", options.runtime, "--enable", options.enable.join(",")];
  const size = ["--maximumMemory", String(options.maximumMemory), "--bindings", options.bindings];
  try {
    execFileSync("node_modules/.bin/asc", [entry, ...flags, ...size, "--outFile", wasm], {
      stdio: "ignore",
    });
  } catch {
    return null;
  }
  return readFileSync(wasm);
}

/** The tests of a file's subject, the short ones first; not those of 20,000 candidates, which take a minute. */
function testsOf(file: string): "inference" | "search" {
  return file.startsWith("inference/") ? "inference" : "search";
}

const tests = {
  inference: ["src/core/compiler/random-networks.test.ts"],
  search: ["random", "kernel", "render", "searches", "de", "references"].map(
    (name) => `src/core/kernel/${name}.test.ts`,
  ),
};

/** Runs the tests, for so many milliseconds at the most. @returns the exit status; null without an end */
async function run(flags: readonly string[], longest: number): Promise<number | null> {
  const env = { ...process.env, ONEPIXEL_KERNEL: join(folder, "kernel.wasm") };
  // A process group of its own, so that a worker in an endless loop ends with it.
  const child = spawn("node_modules/.bin/vitest", flags, { env, stdio: "ignore", detached: true });
  const timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), longest);
  const [status] = await once(child, "exit");
  clearTimeout(timer);
  return status;
}

/** The test that fails on the kernel in the temporary folder; null if none does. */
async function killer(kind: keyof typeof tests, longest: number): Promise<string | null> {
  const output = join(folder, "tests.json");
  const report = ["--reporter", "json", "--outputFile", output];
  const flags = ["run", "--project", "unit", "--bail", "1", "--no-file-parallelism", ...report];
  const status = await run([...flags, ...tests[kind]], longest);
  if (status === 0) return null;
  if (status === null) return "(no end)";
  return (
    /"fullName":"([^"]*)","status":"failed"/.exec(readFileSync(output, "utf8"))?.[1] ?? "(while loading)"
  );
}

/** How long the tests take on the kernel as it is, in milliseconds. @throws Error if one fails */
async function durationOf(kind: keyof typeof tests): Promise<number> {
  const start = performance.now();
  const failing = await killer(kind, 600_000);
  if (failing !== null) throw new Error(`Without a mutant, every test must pass, but not: ${failing}`);
  return performance.now() - start;
}

/** By operator: each is as likely, however many places it has. */
const sites = [...Map.groupBy(places(), ({ operator }) => operator).values()];
const random = generator(Number(values.seed));
const original = (() => {
  cpSync("assembly", join(folder, "assembly"), { recursive: true });
  return compile()!;
})();
const limits = {
  inference: PATIENCE * (await durationOf("inference")),
  search: PATIENCE * (await durationOf("search")),
};
const tally = { killed: 0, survived: 0, dropped: 0 };
try {
  while (tally.killed + tally.survived < Number(values.count) && sites.length > 0) {
    const kind = sites[Math.floor(random() * sites.length)]!;
    const [place] = kind.splice(Math.floor(random() * kind.length), 1);
    if (kind.length === 0) sites.splice(sites.indexOf(kind), 1);
    const { file, operator, start, end } = place!;
    const source = readFileSync(join("assembly", file), "utf8");
    writeFileSync(join(folder, "assembly", file), applyMutant(source, place!));
    const compiled = compile();
    const where = `assembly/${file}:${lineOf(source, place!)} ${operator}`;
    const change = `${source.slice(start, end).trim()} → ${place!.replacement.trim()}`;
    if (compiled === null || compiled.equals(original)) {
      tally.dropped++;
    } else {
      const test = await killer(testsOf(file), limits[testsOf(file)]);
      tally[test === null ? "survived" : "killed"]++;
      console.log(
        `${test === null ? "SURVIVED" : "killed  "} ${where}: ${change}${test ? `  by: ${test}` : ""}`,
      );
    }
    writeFileSync(join(folder, "assembly", file), source);
  }
} finally {
  rmSync(folder, { recursive: true });
}
const counted = tally.killed + tally.survived;
const share = ((100 * tally.killed) / counted).toFixed(1);
console.log(
  `${tally.killed} of ${counted} mutants killed: ${share} % (seed ${values.seed}); ${tally.dropped} more do not count.`,
);
