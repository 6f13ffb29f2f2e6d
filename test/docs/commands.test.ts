/** Commands in the documents run on every Node that package.json promises: npm scripts bring the project's own Node. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const filesIn = (folder: string, ending: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));

const files = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...filesIn("docs", /\.md$/),
  ...filesIn("models", /\.md$/),
  ...filesIn("scripts", /\.ts$/),
  ...filesIn("test/support", /\.ts$/),
];
const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };

test.each(files)("%s names npm scripts, and such as exist", (file) => {
  const text = readFileSync(file, "utf8");
  expect(text.match(/\bnode (scripts|bench)\/\S+/g)).toBeNull();
  for (const [, name] of text.matchAll(/\bnpm run ([\w:-]+)/g)) expect(scripts).toHaveProperty(name!);
});

test("npm start takes another port: its own stands in wrangler.toml, so that none is given twice", () => {
  expect(scripts.start).not.toMatch(/--(port|ip)/);
  const [, dev = ""] = /^\[dev\]\n([^[]*)/m.exec(readFileSync("wrangler.toml", "utf8")) ?? [];
  expect(dev).toMatch(/^ip = "127\.0\.0\.1"$/m);
  expect(dev).toMatch(/^port = 8787$/m);
});
