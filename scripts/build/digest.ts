/** A digest of the service, for the tags of its answers. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What decides an answer, beside models and images: the code, the kernel and the versions of the libraries. */
function deciding(): string[] {
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$|\.json$/.test(name) && !name.endsWith(".test.ts"))
    .map((name) => join("src", name));
  return [...sources.sort(), "build/kernel.wasm", "package-lock.json", "wrangler.toml"];
}

/** Writes a module that exports the digest as `build`. */
export function writeDigest(file: string): void {
  const digest = createHash("sha256");
  for (const path of deciding()) {
    const content = createHash("sha256").update(readFileSync(path)).digest("hex");
    digest.update(`${path} ${content}\n`);
  }
  writeFileSync(file, `export const build = "${digest.digest("hex")}";\n`);
}
