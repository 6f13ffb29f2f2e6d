/** openapi-python-client, in a virtual environment of its own. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { folderWithDescription, run } from "./openapi.ts";

let folder: string;

beforeAll(async () => {
  folder = await folderWithDescription();
  await run(folder, "python3", ["-m", "venv", "env"]);
  const packages = ["openapi-python-client==0.29.1", "mypy==2.4.1"];
  await run(folder, "env/bin/pip", ["install", "--quiet", "--disable-pip-version-check", ...packages]);
  for (const file of ["config.yml", "use.py"]) copyFileSync(`test/clients/${file}`, join(folder, file));
});

test("the generator has no warning, and a program that uses its client passes the type check", async () => {
  const options = ["--config", "config.yml", "--path", "openapi.json", "--meta", "none"];
  const output = ["--output-path", "onepixel_client", "--fail-on-warning"];
  // The generator formats what it writes with the ruff of its own environment.
  const said = await run(
    folder,
    "env/bin/openapi-python-client",
    ["generate", ...options, ...output],
    join(folder, "env/bin"),
  );
  expect(said).not.toMatch(/warning|error/i);
  // client.py is the generator's own, the same for every API; mypy 2 objects to it.
  const check = (file: string) =>
    run(folder, "env/bin/mypy", [
      "--follow-imports=silent",
      file,
      "onepixel_client/models",
      "onepixel_client/api",
    ]);
  expect(await check("use.py")).toContain("Success: no issues found");
  const text = readFileSync(join(folder, "use.py"), "utf8");
  writeFileSync(join(folder, "misuse.py"), text.replace("result.pixels[0].x", "result.pixels[0].colour"));
  await expect(check("misuse.py")).rejects.toThrow('has no attribute "colour"');
  expect(await run(folder, "env/bin/python", ["use.py"])).toBe("");
});
