/** The virtual environment of the Python servers: .venv-test, made again when requirements.txt changes. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ENVIRONMENT = ".venv-test";
const REQUIREMENTS = "test/python/requirements.txt";

/** Where a program of the environment is. */
export const program = (name: string): string => join(process.cwd(), ENVIRONMENT, "bin", name);

/** The first Python that MLServer takes: 3.11 or 3.12. */
function findPython(): string {
  const isFit = "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))";
  const found = ["python3", "python3.12", "python3.11"].find(
    (name) => spawnSync(name, ["-c", isFit]).status === 0,
  );
  if (found) return found;
  throw new Error("These tests need Python 3.11 or 3.12 with its module venv: apt-get install python3-venv.");
}

/** Makes the environment, unless it is there. */
export default function setup(): void {
  const requirements = readFileSync(REQUIREMENTS, "utf8");
  const installed = join(ENVIRONMENT, "installed.txt");
  if (existsSync(installed) && readFileSync(installed, "utf8") === requirements) return;
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  execFileSync(findPython(), ["-m", "venv", ENVIRONMENT], { stdio: "inherit" });
  // The requirements are complete, so nothing is looked up; modules that no test imports are not compiled.
  const options = ["-qq", "--no-deps", "--no-compile", "--only-binary", ":all:"];
  execFileSync(program("pip"), ["install", ...options, "--requirement", REQUIREMENTS], { stdio: "inherit" });
  writeFileSync(installed, requirements);
}
