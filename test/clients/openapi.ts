/** The API's description, and a folder of its own for each generator: nothing of it is this project's dependency. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { app } from "../support/services.ts";

const execute = promisify(execFile);

/** A temporary folder with `openapi.json` in it, deleted at the end of the file's tests. */
export async function folderWithDescription(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-client-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const response = await app.request("/openapi.json");
  writeFileSync(join(folder, "openapi.json"), await response.text());
  return folder;
}

/** Runs a program in a folder, with what stands before PATH. @returns what it wrote @throws with what it wrote */
export async function run(
  folder: string,
  program: string,
  parameters: readonly string[],
  path = "",
): Promise<string> {
  const env = { ...process.env, PATH: `${path}:${process.env.PATH}` };
  try {
    const { stdout, stderr } = await execute(program, parameters, { cwd: folder, env });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${parameters.join(" ")} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}
