/** The built Worker, bundled as it is deployed, on a free port. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestHarness } from "wrangler";

export interface BuiltWorker {
  readonly origin: string;
  /** What it has logged so far, a text a line. */
  readonly logs: () => string[];
  readonly close: () => Promise<void>;
}

/** Bundles and starts the Worker; `npm run build` must have run. */
export async function startBuiltWorker(secrets: Record<string, string> = {}): Promise<BuiltWorker> {
  const folder = mkdtempSync(join(tmpdir(), "onepixel-worker-"));
  execFileSync("node_modules/.bin/wrangler", ["deploy", "--dry-run", "--outdir", folder], { stdio: "pipe" });
  const harness = createTestHarness({
    workers: [{ configPath: "./wrangler.toml", prebuiltWorkerDir: folder, secrets }],
  });
  const { url } = await harness.listen();
  return {
    origin: url.origin,
    logs: () => harness.getLogs().map(({ message }) => message),
    close: async () => {
      await harness.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
