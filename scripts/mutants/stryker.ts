/**
 * Mutation tests of src/: `npm run test:mutants`, or `npm run test:mutants -- audit` for one group. Runs on one
 * core at a low priority, remembers what it found in .stryker/, and then tests again only what has changed.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { groups } from "./groups.ts";

interface MutantReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

const NOTICED = ["Killed", "Timeout"];
const UNNOTICED = ["Survived", "NoCoverage"];

/** Of the mutants that count, how many a test noticed. */
function scoreOf(group: string): { noticed: number; counted: number } {
  const report: MutantReport = JSON.parse(readFileSync(`.stryker/${group}-report.json`, "utf8"));
  const statuses = Object.values(report.files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const noticed = statuses.filter((status) => NOTICED.includes(status)).length;
  return { noticed, counted: noticed + statuses.filter((status) => UNNOTICED.includes(status)).length };
}

setPriority(15);
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(groups);
for (const group of chosen) {
  const env = { ...process.env, MUTANTS: group };
  const { status } = spawnSync("node_modules/.bin/stryker", ["run"], { env, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
for (const group of chosen) {
  const { noticed, counted } = scoreOf(group);
  console.log(
    `${group}: ${noticed} of ${counted} mutants noticed, ${((100 * noticed) / counted).toFixed(1)} %`,
  );
}
