import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createTestHarness, type TestHarness } from "wrangler";

/** What is not source: a copy makes its own. */
const left = new Set(["node_modules", "build", ".git", ".wrangler", ".train", "test"]);

export interface ProjectCopy {
  readonly folder: string;
  /** Builds it as npm does, bundles it as a deployment does, and serves it in workerd. */
  serve(): Promise<TestHarness>;
  /** Where it serves, once it does. */
  origin(): string;
  /** Stops what serves, and removes the folder. */
  remove(): Promise<void>;
}

/** A copy of the project in a folder of its own, to be changed before it is built and served. */
export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-"));
  cpSync(".", folder, { recursive: true, filter: (path) => !left.has(path) });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const run = (...command: string[]) =>
    execFileSync(process.execPath, command, { cwd: folder, stdio: "pipe" });
  const server = createTestHarness({
    root: folder,
    workers: [{ configPath: "wrangler.toml", prebuiltWorkerDir: "dist" }],
  });
  let address = "";
  return {
    folder,
    async serve() {
      run("scripts/build.ts");
      run("node_modules/wrangler/bin/wrangler.js", "deploy", "--dry-run", "--outdir", "dist");
      address = (await server.listen()).url.origin;
      return server;
    },
    origin: () => address,
    async remove() {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
