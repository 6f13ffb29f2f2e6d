/** The client of the installed package, in somebody else's TypeScript project, against the Worker. */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type BuiltWorker, startBuiltWorker } from "../support/built-worker.ts";

const parent = inject("packageFolder");
const folder = join(parent, "typed");
let worker: BuiltWorker;

/** The README's example for TypeScript. */
function example(): string {
  const [, code] = /```ts\n(import [^`]*onepixel\/api[^`]*)```/.exec(readFileSync("README.md", "utf8")) ?? [];
  if (code === undefined) throw new Error("README.md has no example that imports onepixel/api");
  return code.replace("http://127.0.0.1:8787", worker.origin);
}

beforeAll(async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const tarball = readdirSync(parent).find((name) => name.endsWith(".tgz"))!;
  const packages = [`../${tarball}`, "typescript@5.9.3"];
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...quiet, ...packages], { cwd: folder, stdio: "inherit" });
  worker = await startBuiltWorker();
});
afterAll(() => worker?.close());

/** Type-checks the declarations of the packages too. @returns what the compiler says; nothing if all is well */
function compile(name: string, code: string): string {
  writeFileSync(join(folder, name), code);
  const options = ["--strict", "--noEmit", "--target", "es2022", "--lib", "esnext,dom,dom.iterable"];
  const args = [...options, "--module", "esnext", "--moduleResolution", "bundler", name];
  try {
    return execFileSync("node_modules/.bin/tsc", args, { cwd: folder, encoding: "utf8" });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

test("the README's example compiles, and gets the Worker's result", async () => {
  expect(compile("example.ts", example())).toBe("");
  const node = join(parent, "nodes/node_modules/node24/bin/node");
  // Not synchronous: the Worker responds through this process.
  const args = ["--disable-warning=ExperimentalWarning", "example.ts"];
  const { stdout } = await promisify(execFile)(node, args, { cwd: folder });
  const { after } = JSON.parse(inject("workerResponse"));
  expect(stdout).toContain(`fooled ${after.label}`);
});

test.each([
  ["a field that a result does not have", "after.label", "after.colour", "'colour' does not exist"],
  ["an option that does not exist", "pixels: 1", "pixel: 1", "'pixel' does not exist"],
  ["the result before the status is checked", "status !== 200", "status === 404", "'after' does not exist"],
])("%s does not compile", (_, right, wrong, message) => {
  const code = example();
  expect(code).toContain(right);
  expect(compile("misuse.ts", code.replace(right, wrong))).toContain(message);
});

test("the schemas of onepixel/api give the types of results", () => {
  const code = `
import * as v from "valibot";
import { results, type MapResult, type TargetsResult } from "onepixel/api";
const parsed: MapResult = v.parse(results.mapSchema, JSON.parse("{}"));
export const margin: number | undefined = parsed.pixels[0]?.margin;
export const target = (result: TargetsResult): string | undefined => result.targets[0]?.target;
`;
  expect(compile("schemas.ts", code)).toBe("");
  expect(compile("schemas.ts", code.replace("?.margin", "?.margins"))).toContain("'margins' does not exist");
});
