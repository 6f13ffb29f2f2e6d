/** The package, packed and installed into an empty folder outside the repository, once for all tests. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startBuiltWorker } from "../support/built-worker.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder with the installed package and `cat.png`. */
    packageFolder: string;
    /** The size of the tarball, in bytes. */
    packedBytes: number;
    /** The response of the built Worker to `POST /v1/attack?label=cat&seed=1` with `cat.png`. */
    workerResponse: string;
  }
}

const QUIET = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

async function workerResponse(): Promise<string> {
  const worker = await startBuiltWorker();
  try {
    const response = await fetch(`${worker.origin}/v1/attack?label=cat&seed=1`, {
      method: "POST",
      headers: { "Content-Type": "image/png" },
      body: readFileSync("models/samples/cifar10/cat-3.png"),
    });
    if (!response.ok) throw new Error(`the Worker sends ${response.status}: ${await response.text()}`);
    return await response.text();
  } finally {
    await worker.close();
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-package-"));
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], { encoding: "utf8" });
  const [{ filename, size }] = JSON.parse(packed) as [{ filename: string; size: number }];
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  cpSync("models/samples/cifar10/cat-3.png", join(folder, "cat.png"));
  execFileSync("npm", ["install", ...QUIET, `./${filename}`], { cwd: folder, stdio: "inherit" });
  const installed = bytesBelow(join(folder, "node_modules"));
  console.log(`onepixel: ${megabytes(size)} packed, ${megabytes(installed)} installed with its dependencies`);
  // Beside the package and not in its tree, so that it counts for nothing above.
  const nodes = join(folder, "nodes");
  execFileSync(
    "npm",
    [
      "install",
      ...QUIET,
      "--prefix",
      nodes,
      ...["20", "22", "24"].map((version) => `node${version}@npm:node@${version}`),
    ],
    { cwd: folder, stdio: "inherit" },
  );
  project.provide("packageFolder", folder);
  project.provide("packedBytes", size);
  project.provide("workerResponse", await workerResponse());
  return () => rmSync(folder, { recursive: true, force: true });
}
