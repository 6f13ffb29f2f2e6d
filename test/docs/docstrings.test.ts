/** Every public name of the package has a docstring, and every function an example; those that need no other host run here. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { expect, test } from "vitest";
import * as api from "../../src/api/index.ts";
import * as onepixel from "../../src/node/index.ts";

interface Exported {
  readonly name: string;
  readonly file: string;
  readonly isType: boolean;
}

/** What an entry of the package exports, and the files that declare it. */
function exportsOf(entry: string): Exported[] {
  const text = readFileSync(entry, "utf8");
  const lists = [...text.matchAll(/^export (type )?\{([^}]*)\} from "([^"]+)";/gm)].flatMap(
    ([, type, names, from]) =>
      names!.split(",").flatMap((part): Exported[] => {
        const [, own, name] = /^\s*(type )?(\w+)\s*$/.exec(part) ?? [];
        if (name === undefined) return [];
        return [{ name, file: join(dirname(entry), from!), isType: Boolean(type ?? own) }];
      }),
  );
  return lists;
}

const entries = ["src/core/index.ts", "src/node/index.ts", "src/browser/index.ts", "src/api/index.ts"];
const exported = entries.flatMap(exportsOf);

/** The docstring before a declaration; "" where there is none. */
function docstring({ name, file }: Pick<Exported, "name" | "file">): string {
  const text = readFileSync(file, "utf8");
  const declaration = new RegExp(
    `^export (?:declare )?(?:async )?(?:function|class|const|interface|type) ${name}\\b`,
    "m",
  );
  const before = text
    .slice(0, declaration.exec(text)?.index ?? 0)
    .replace(/\n(\/\/ biome-ignore[^\n]*\n)$/, "\n");
  return /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n$/.exec(before)?.[0] ?? "";
}

const exampleOf = (text: string): string | undefined =>
  /@example\n \* ```ts\n([\s\S]*?) \* ```/.exec(text)?.[1]?.replaceAll(/^ \* ?/gm, "");

/** The names that an example declares itself. */
const declaredIn = (code: string): string[] =>
  [...code.matchAll(/\bconst (?:(\w+)|\{([^}]*)\}) =/g)].flatMap(([, single, several]) =>
    single ? [single] : several!.split(",").map((part) => part.split(":").at(-1)!.trim()),
  );

test("the entries are read, types and values", () => {
  const values = exported.filter(({ isType }) => !isType).map(({ name }) => name);
  expect(values).toEqual(expect.arrayContaining([...Object.keys(onepixel), "setWasmUrl", "createClient"]));
  expect(exported.some(({ isType }) => isType)).toBe(true);
});

test.each(exported)("$name of $file has a docstring", (each) => {
  expect(docstring(each)).not.toBe("");
});

test.each(exported.filter(({ isType }) => !isType))("$name of $file has an example", (each) => {
  expect(exampleOf(docstring(each))).toBeDefined();
});

/** The examples that need no browser, no other WebAssembly, no file of one's own and no server. */
const elsewhere = /^src\/browser|(environment|load-model|connect-model|client)\.ts$/;
const running = exported.filter(({ isType, file }) => !isType && !elsewhere.test(file));

test.each(running)("the example of $name runs", async (each) => {
  const model = await onepixel.loadModel();
  const image = new Uint8Array(readFileSync("models/samples/cifar10/cat-3.png"));
  const result = await onepixel.attack(model, image, { label: "cat", seed: 1, budget: 100 });
  const silent = { log() {}, error() {} };
  const code = exampleOf(docstring(each)) ?? expect.fail(`${each.file}: ${each.name} has no @example`);
  const given = {
    model,
    image,
    result,
    ...onepixel,
    ...api,
    v,
    readFileSync,
    writeFileSync() {},
    console: silent,
  };
  const declared = declaredIn(code);
  const free = Object.entries(given).filter(([name]) => !declared.includes(name));
  const run = new Function(...free.map(([name]) => name), `return (async () => {\n${code}\n})();`);
  await expect(run(...free.map(([, value]) => value))).resolves.toBeUndefined();
});

test("the example of createClient is the README's, which test/package compiles and runs", () => {
  const code = exampleOf(docstring({ name: "createClient", file: "src/api/client.ts" }))!;
  expect(readFileSync("README.md", "utf8")).toContain(code);
});
