import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** The folders of src, lowest first: a folder imports only from itself and from those above it here. */
const layers = ["kernel", "image", "model", "oracle", "attack", "audit", "http"];

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsBelow(folder: string): Import[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => {
      const from = join(folder, name);
      const text = readFileSync(from, "utf8");
      return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]*)"/g)].map(([, path]) => ({
        from,
        to: normalize(join(dirname(from), path!)),
      }));
    });
}

const layerOf = (path: string) => layers.indexOf(path.split("/")[1] ?? "");

/** Files of constants alone that stand once, in the kernel's source, and who reads them. */
const shared: Readonly<Record<string, string>> = {
  "src/kernel/program.ts": "assembly/inference/program.ts",
  "src/kernel/endings.ts": "assembly/search/endings.ts",
};
const isShared = ({ from, to }: Import) => shared[from] === to;

test("imports run downwards only", () => {
  const imports = importsBelow("src").filter(({ from }) => layerOf(from) >= 0);
  expect(imports.length).toBeGreaterThan(20);
  const upwards = imports.filter(({ from, to }) =>
    to.startsWith("src/")
      ? layerOf(to) < 0 || layerOf(to) > layerOf(from)
      : !to.startsWith("build/") && !isShared({ from, to }),
  );
  expect(upwards).toEqual([]);
});

/** Arithmetic that the page shares with the service, so that both draw a map in the same colours. */
const drawn = "src/image/heat-colour.ts";

test("the page knows the HTTP API only, and the colours of a map", () => {
  const outside = importsBelow("src/page").filter(({ to }) => !to.startsWith("src/page") && to !== drawn);
  expect(outside).toEqual([]);
  const below = importsBelow("src/image").filter(
    ({ from }) => from === drawn || from === "src/image/luma.ts",
  );
  expect(below).toEqual([{ from: drawn, to: "src/image/luma.ts" }]);
});

test("the kernel imports nothing from outside", () => {
  const outside = importsBelow("assembly").filter(({ to }) => !to.startsWith("assembly"));
  expect(outside).toEqual([]);
});

test("no circle stands", () => {
  const edges = new Map<string, string[]>();
  for (const { from, to } of importsBelow("src")) edges.set(from, [...(edges.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file))
      throw new Error(`circle: ${[...path.slice(path.indexOf(file)), file].join(" → ")}`);
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  expect(done.size).toBeGreaterThan(10);
});
