/** The installed package in Node, without the repository. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";

const folder = inject("packageFolder");
const response = JSON.parse(inject("workerResponse"));
const png = Buffer.from(response.image.split(",")[1], "base64");

/** The README's example for Node. */
function example(): string {
  const readme = readFileSync("README.md", "utf8");
  const [, code] = /```js\n(import [^`]*onepixel\/node[^`]*)```/.exec(readme) ?? [];
  if (code === undefined) throw new Error("README.md has no example that imports onepixel/node");
  return code;
}

const nodeOf = (version: string) => join(folder, "nodes", "node_modules", `node${version}`, "bin", "node");

test("the tarball is under 15 MB, most of it classifiers, and holds no tests, sources or tools", () => {
  expect(inject("packedBytes")).toBeLessThan(15e6);
  const files = readdirSync(join(folder, "node_modules/onepixel"), { recursive: true, encoding: "utf8" });
  expect(
    files.filter((name) => /\.test\.|(?<!\.d)\.tsx?$|wrangler|worker\/index|-object\./.test(name)),
  ).toEqual([]);
});

test("what is installed has no Cloudflare, no test runner and no native runtime", () => {
  for (const name of ["wrangler", "workerd", "vitest", "node", "onnxruntime-node"]) {
    expect(existsSync(join(folder, "node_modules", name)), name).toBe(false);
  }
});

test.each(["20", "22", "24"])("the README's example gives the Worker's bytes on Node %s", (version) => {
  const node = nodeOf(version);
  expect(execFileSync(node, ["--version"], { encoding: "utf8" })).toMatch(new RegExp(`^v${version}\\.`));
  const file = join(folder, `example-${version}.js`);
  writeFileSync(file, example().replace("fooled.png", `fooled-${version}.png`));
  const out = execFileSync(node, [file], { cwd: folder, encoding: "utf8" });
  expect(out).toContain(`fooled ${response.after.label}`);
  expect(readFileSync(join(folder, `fooled-${version}.png`)).equals(png)).toBe(true);
});

test.each(["20", "22", "24"])(
  "onepixel attack --json prints the response of POST /v1/attack on Node %s",
  (version) => {
    const command = join(folder, "node_modules", ".bin", "onepixel");
    const args = [command, "attack", "cat.png", "--label", "cat", "--seed", "1", "--json"];
    const out = execFileSync(nodeOf(version), args, { cwd: folder, encoding: "utf8" });
    expect(JSON.parse(out)).toEqual(response);
  },
);

test("npx onepixel finds the command, and bad input ends it with exit code 2", () => {
  const args = ["onepixel", "attack", "cat.png", "--label", "unicorn"];
  const { status, stdout, stderr } = spawnSync("npx", args, { cwd: folder, encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain("onepixel: --label must be one of");
});

test.each(["onepixel", "onepixel/node", "onepixel/browser", "onepixel/api"])("%s can be imported", (name) => {
  const code = `console.log(Object.keys(await import("${name}")).length > 5)`;
  const args = ["--input-type=module", "-e", code];
  expect(execFileSync(nodeOf("20"), args, { cwd: folder, encoding: "utf8" })).toBe("true\n");
});
