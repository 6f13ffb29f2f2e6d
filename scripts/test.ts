/**
 * Runs all tests: those in a browser alone, because they wait for a page that must not be short of processor time; then those
 * of the library beside those of the Worker, the service and the package.
 *
 *     npm test
 *     npm test -- src/core/onnx       only the tests of these files or folders
 */
import { spawn } from "node:child_process";

/** Runs vitest; `isQuiet` keeps its output until it ends. @returns its exit code */
function vitest(args: readonly string[], isQuiet = false): Promise<number> {
  const output = isQuiet ? "pipe" : "inherit";
  const child = spawn("vitest", ["run", ...args], { stdio: ["ignore", output, output] });
  const kept: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part: Buffer) => kept.push(part));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      process.stdout.write(Buffer.concat(kept));
      resolve(code ?? 1);
    });
  });
}

const projects = (...names: string[]) => names.map((name) => `--project=${name}`);
const chosen = process.argv.slice(2);
const codes =
  chosen.length > 0
    ? [await vitest(chosen)]
    : [
        await vitest([...projects("browser"), "--passWithNoTests"]),
        ...(await Promise.all([
          vitest(projects("unit"), true),
          vitest(projects("worker", "service", "package")),
        ])),
      ];
process.exitCode = codes.find((code) => code !== 0) ?? 0;
