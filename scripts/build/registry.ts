/** Writes the registry: the TypeScript file that tells the Worker what there is, without the files themselves. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { Catalogue } from "../../src/worker/assets.ts";

/**
 * @param file the TypeScript file to write: it exports `models`, `reports`, `samples` and `evaluations`
 * @param sources the folder that holds src/, for the type of what it exports
 */
export function writeRegistry(catalogue: Catalogue, file: string, sources: string): void {
  const steps = relative(dirname(file), join(sources, "src/worker/assets.ts")).split(sep).join("/");
  const list = (name: keyof Catalogue) => [
    `export const ${name}: Catalogue["${name}"] = [`,
    ...catalogue[name].map((each) => `  ${JSON.stringify(each)},`),
    "];",
    "",
  ];
  const lines = [
    "// Made by scripts/build.ts from the models folder: do not edit.",
    `import type { Catalogue } from ${JSON.stringify(steps.startsWith(".") ? steps : `./${steps}`)};`,
    "",
    ...list("models"),
    ...list("reports"),
    ...list("samples"),
    ...list("evaluations"),
  ];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.join("\n"));
}
