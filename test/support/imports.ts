/** What the files of the source import, read from their text. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** `to` is a path from the root where the import is relative; else it is as written, a package's name first. */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly relative: boolean;
}

/** All files below a folder, as paths from the root, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

/** Statements at the start of a line, over several lines too, and `import("…")` anywhere. */
const patterns = [
  /^(?:import|export)\b(?:[^"'=;()]*\bfrom)?\s*["']([^"']+)["']/gm,
  /\bimport\(\s*["']([^"']+)["']\s*\)/g,
];

/** The imports that a module's text has, types' too. */
export function importsOf(from: string, text: string): Import[] {
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, to]) => {
      const relative = to!.startsWith(".");
      return { from, to: relative ? normalize(join(dirname(from), to!)) : to!, relative };
    }),
  );
}

/** The imports of all TypeScript files below a folder, tests left out. */
export function importsBelow(folder: string): Import[] {
  return filesBelow(folder)
    .filter((path) => /\.tsx?$/.test(path) && !isTest(path))
    .flatMap((path) => importsOf(path, readFileSync(path, "utf8")));
}
