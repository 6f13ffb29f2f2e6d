/** Which folder may import what: design and reasons are in docs/architecture.md. Tests are not counted. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { filesBelow, type Import, importsBelow, importsOf, isTest } from "./support/imports.ts";

/** The folders of src and those that each may import, beside itself. */
const folders: Readonly<Record<string, readonly string[]>> = {
  core: [],
  api: ["core"],
  report: ["core"],
  worker: ["api", "report", "core"],
  node: ["api", "report", "core"],
  browser: ["api", "report", "core"],
  // `onepixel serve` runs the Worker's routes, which know nothing of Cloudflare.
  cli: ["worker", "node", "api", "report", "core"],
  page: ["browser", "api", "report", "core"],
};

/** The folders of src/core, lowest first: a folder imports only from itself and from those before it. */
const layers = ["image", "kernel", "onnx", "compiler", "model", "oracle", "attack", "proof", "audit"];

/** Files outside src that are imported: what the build writes, and data. */
const outside: Readonly<Record<string, RegExp>> = {
  // Constants that the kernel and the library share stand in the kernel's source alone.
  core: /^(build\/kernel\.wasm|assembly\/(layout|(inference|bounds)\/program|search\/endings)\.ts)$/,
  worker: /^(build\/|models\/|package\.json$)/,
  node: /^package\.json$/,
  cli: /^package\.json$/,
};

/** The packages that a folder without a host may use; `hono/html` writes strings and needs no server. */
const packages: Readonly<Record<string, RegExp>> = {
  core: /^(@jsquash\/(jpeg|png|resize|webp)|onnxruntime-web|pbf|valibot)(\/|$)/,
  api: /^(valibot|hono(\/client)?)$/,
  report: /^hono\/(utils\/)?html$/,
};

/** Modules of one host, and the folders that run there. */
const hostModules: readonly { readonly module: RegExp; readonly allowed: readonly string[] }[] = [
  { module: /^cloudflare:/, allowed: ["worker"] },
  { module: /^node:/, allowed: ["node", "cli"] },
];

const imports = importsBelow("src");
const folderOf = (path: string) => path.split("/")[1]!;
const show = ({ from, to }: Import) => `${from} imports ${to}`;

test("imports are found, those of types and over several lines too", () => {
  const text =
    'import {\n  a,\n} from "./a.ts";\nexport type { B } from "../b.ts";\nimport "c";\nconst d = "from";';
  expect(importsOf("src/x/y.ts", `${text}\nconst e = await import("e");`).map(({ to }) => to)).toEqual([
    "src/x/a.ts",
    "src/b.ts",
    "c",
    "e",
  ]);
  expect(imports.length).toBeGreaterThan(500);
});

describe("imports run downwards", () => {
  test("every folder of src is in the table", () => {
    const found = new Set(filesBelow("src").map(folderOf));
    expect([...found].filter((folder) => !(folder in folders))).toEqual([]);
  });

  test("between the folders of src", () => {
    const wrong = imports.filter(({ from, to, relative }) => {
      if (!relative) return false;
      const folder = folderOf(from);
      if (!to.startsWith("src/")) return !outside[folder]?.test(to);
      return folderOf(to) !== folder && !folders[folder]?.includes(folderOf(to));
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test("between the folders of src/core", () => {
    const layerOf = (path: string) => layers.indexOf(path.split("/")[2]!);
    const inFolders = imports.filter(
      ({ from, to }) => /^src\/core\/\w+\//.test(from) && to.startsWith("src/core/"),
    );
    expect(inFolders.filter(({ from }) => layerOf(from) < 0).map(show)).toEqual([]);
    const files = /^src\/core\/\w+\.ts$/;
    const wrong = inFolders.filter(({ from, to }) => !files.test(to) && layerOf(to) > layerOf(from));
    expect(wrong.map(show)).toEqual([]);
  });

  test("inside the kernel, which imports nothing else", () => {
    const wrong = importsBelow("assembly").filter(({ to }) => !to.startsWith("assembly/"));
    expect(wrong.map(show)).toEqual([]);
  });

  test("without a circle", () => {
    const next = Map.groupBy([...imports, ...importsBelow("assembly")], ({ from }) => from);
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file))
        throw new Error(`circle: ${[...path.slice(path.indexOf(file)), file].join(" → ")}`);
      if (done.has(file)) return;
      for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of next.keys()) visit(file, []);
    expect(done.size).toBeGreaterThan(100);
  });
});

describe("packages", () => {
  const fromPackages = imports.filter(({ relative }) => !relative);

  test.each(Object.keys(packages))("src/%s uses none but its own", (folder) => {
    const wrong = fromPackages.filter(
      ({ from, to }) => folderOf(from) === folder && !packages[folder]!.test(to),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test.each(hostModules)("$module is imported by $allowed alone", ({ module, allowed }) => {
    const wrong = fromPackages.filter(({ from, to }) => module.test(to) && !allowed.includes(folderOf(from)));
    expect(wrong.map(show)).toEqual([]);
  });

  /**
   * The compiler knows no global there but ECMAScript's and those of src/core/web-platform.d.ts, which Node,
   * browsers and workerd share: `document` or `process` is an error.
   */
  test("src/core uses no global of a host", () => {
    const { compilerOptions } = JSON.parse(readFileSync("src/core/tsconfig.json", "utf8")) as {
      compilerOptions: { lib: string[]; types: string[] };
    };
    expect(compilerOptions).toMatchObject({ lib: ["esnext"], types: [] });
    const typeCheck = () =>
      execFileSync("node_modules/.bin/tsc", ["-p", "src/core"], {
        encoding: "utf8",
      });
    expect(typeCheck()).toBe("");
    const declared = readFileSync("src/core/web-platform.d.ts", "utf8");
    expect(declared).not.toMatch(/\b(document|window|localStorage|HTML\w*|navigator|process|Buffer|fetch)\b/);
  });
});

describe("small parts", () => {
  const files = [...filesBelow("src"), ...filesBelow("assembly")].filter((path) => !isTest(path));

  test("no file has more than 250 lines", () => {
    const lines = (path: string) => readFileSync(path, "utf8").split("\n").length - 1;
    expect(files.filter((path) => lines(path) > 250)).toEqual([]);
  });

  test("no folder has more than 15 files side by side", () => {
    const crowded = [...Map.groupBy(files, dirname)].filter(([, inside]) => inside.length > 15);
    expect(crowded.map(([folder, { length }]) => `${folder}: ${length}`)).toEqual([]);
  });
});
