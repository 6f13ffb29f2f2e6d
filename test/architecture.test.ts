import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** What each folder of src may import beside itself. The page has a test of its own. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  api: ["core", "report"],
  report: ["core"],
  node: ["core", "api", "report"],
  worker: ["core", "api", "report"],
};

/** The folders of the core, lowest first: a folder imports only from itself and from those above it here. */
const rooms = ["image", "kernel", "onnx", "compiler", "model", "oracle", "attack", "audit"];

/** The compiler reads what a manifest says of a classifier's input and output. */
const isManifest = ({ from, to }: Import) =>
  from.startsWith("src/core/compiler/") && to === "src/core/model/manifest.ts";

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsBelow(folder: string): Import[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".test.ts"))
    .flatMap((name) => {
      const from = join(folder, name);
      const text = readFileSync(from, "utf8");
      return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]*)"/g)].map(([, path]) => ({
        from,
        to: normalize(join(dirname(from), path!)),
      }));
    });
}

const folderOf = (path: string) => path.split("/")[1] ?? "";
const roomOf = (path: string) => rooms.indexOf(path.split("/")[2] ?? "");

/** Files of constants alone that stand once, in the kernel's source, and who reads them. */
const shared: Readonly<Record<string, string>> = {
  "src/core/kernel/program.ts": "assembly/inference/program.ts",
  "src/core/kernel/endings.ts": "assembly/search/endings.ts",
};
const isShared = ({ from, to }: Import) => shared[from] === to;

test("imports run downwards only", () => {
  const imports = importsBelow("src").filter(({ from }) => folderOf(from) !== "page");
  expect(imports.length).toBeGreaterThan(500);
  const upwards = imports.filter((one) => {
    const { from, to } = one;
    if (!to.startsWith("src/")) {
      const isHost = folderOf(from) === "worker" || folderOf(from) === "node";
      return !to.startsWith("build/") && !isShared(one) && !isHost;
    }
    return folderOf(to) !== folderOf(from) && !allowed[folderOf(from)]?.includes(folderOf(to));
  });
  expect(upwards).toEqual([]);
});

test("within the core, imports run downwards", () => {
  const imports = importsBelow("src/core").filter(({ to }) => to.startsWith("src/core/"));
  const upwards = imports.filter((one) => roomOf(one.to) > roomOf(one.from) && !isManifest(one));
  expect(upwards).toEqual([]);
});

test("the core imports no host's package", () => {
  const hosts = readdirSync("src/core", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .filter((name) =>
      /from "(hono|cloudflare:|node:|wrangler)/.test(readFileSync(join("src/core", name), "utf8")),
    );
  expect(hosts).toEqual([]);
});

/** Arithmetic that the page shares with the service, so that both draw a map in the same colours. */
const drawn = "src/report/map/heat-colour.ts";

test("the page knows the HTTP API only, and the colours of a map", () => {
  const outside = importsBelow("src/page").filter(({ to }) => !to.startsWith("src/page") && to !== drawn);
  expect(outside).toEqual([]);
  const below = [...importsBelow("src/report"), ...importsBelow("src/core/image")].filter(
    ({ from }) => from === drawn || from === "src/core/image/luma.ts",
  );
  expect(below).toEqual([{ from: drawn, to: "src/core/image/luma.ts" }]);
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
