/** What contributors are told exists: scripts, projects, paths and functions in the documents, and the Node that is meant. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filesBelow } from "../support/imports.ts";

const { scripts, devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
};

test.each(["unit", "worker", "service", "browser"])(
  "npm run test:%s runs that project after a build",
  (project) => {
    expect(scripts[`test:${project}`]).toBe(`npm run build --silent && vitest run --project ${project}`);
    expect(readFileSync("vitest.config.ts", "utf8")).toContain(`name: "${project}"`);
  },
);

test(".nvmrc names the Node that npm scripts run on", () => {
  expect(readFileSync(".nvmrc", "utf8").trim()).toBe(devDependencies.node!.split(".")[0]);
});

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...filesBelow("docs").filter((f) => f.endsWith(".md")),
];
const path = /`((?:src|assembly|test|scripts|bench|docs|models)\/[\w./-]*)`/g;

test.each(documents)("%s names files and folders that exist", (document) => {
  const named = [...readFileSync(document, "utf8").matchAll(path)].map(([, name]) => name!);
  // NAME and ID stand for what a contributor chooses.
  const chosen = /\b(NAME|ID)\b/;
  expect(named.filter((name) => !chosen.test(name) && !existsSync(name))).toEqual([]);
});

const words = new Set(
  ["assembly", "src", "test", "scripts"]
    .flatMap((folder) => filesBelow(folder))
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => readFileSync(file, "utf8").match(/\w+/g) ?? []),
);

test.each(documents)("%s names functions that exist", (document) => {
  const text = readFileSync(document, "utf8");
  const named = [...text.matchAll(/`(?:\w+\.)*(\w+)\(/g)].map(([, name]) => name!);
  // beginName() stands for what a contributor chooses.
  expect(named.filter((name) => !name.endsWith("Name") && !words.has(name))).toEqual([]);
});
