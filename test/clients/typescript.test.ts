/** openapi-typescript, with the TypeScript that it needs, in a folder of its own. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { folderWithDescription, run } from "./openapi.ts";

let folder: string;

beforeAll(async () => {
  folder = await folderWithDescription();
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  const packages = ["openapi-typescript@7.13.0", "typescript@5.9.3"];
  await run(folder, "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages]);
  await run(folder, "node_modules/.bin/openapi-typescript", ["openapi.json", "-o", "api.ts"]);
  copyFileSync("test/clients/use.ts.txt", join(folder, "use.ts"));
});

const compile = (file: string) =>
  run(folder, "node_modules/.bin/tsc", [
    ...["--strict", "--noEmit", "--allowImportingTsExtensions"],
    ...["--module", "esnext", "--moduleResolution", "bundler", file],
  ]);

test("a program that uses the generated types compiles", async () => {
  expect(await compile("use.ts")).toBe("");
});

test("a program that misuses them does not", async () => {
  const text = readFileSync(join(folder, "use.ts"), "utf8");
  writeFileSync(join(folder, "misuse.ts"), text.replace("attack.pixels[0]?.x", "attack.pixels[0]?.colour"));
  await expect(compile("misuse.ts")).rejects.toThrow("'colour' does not exist");
});
