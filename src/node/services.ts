/** What the Worker gets from its bundle, read from disk: for scripts, bench and tests in Node. */
import { existsSync, readFileSync } from "node:fs";
import {
  type EvaluationManifest,
  type EvaluationSet,
  openEvaluationSet,
} from "../core/audit/evaluation-set.ts";
import { initCodecs } from "../core/image/codecs.ts";
import { createRegistry, type Registry } from "../core/model/registry.ts";
import { nodeRuntime, readModels } from "./models.ts";
import { codecModules } from "./modules.ts";

export { kernelModule } from "./modules.ts";

/** The registry over a models folder, with the image codecs ready. */
export function nodeRegistry(folder = new URL("../../models", import.meta.url).pathname): Registry {
  initCodecs(codecModules());
  return createRegistry(readModels(folder), nodeRuntime());
}

/** models/evaluation of a checkout, for the sources and for the build in its `dist/`; the package has none. */
const EVALUATION = ["../../models/evaluation/", "../../../models/evaluation/"].map(
  (folder) => new URL(folder, import.meta.url),
);
/** The name of the evaluation set's files in models/evaluation/: NAME.json and NAME.bin. */
export const evaluationName = "cifar10-test-1000";

function evaluationUrl(name: string): URL {
  const folder = EVALUATION.find((each) => existsSync(each)) ?? EVALUATION[0]!;
  return new URL(name, folder);
}

/** Whether the evaluation set is here: in a checkout, but not in the package. */
export const hasEvaluationSet = (): boolean => existsSync(evaluationUrl(`${evaluationName}.json`));

/** The evaluation set of models/evaluation/. */
export const evaluationSet = (): EvaluationSet => openEvaluationSet(evaluationManifest(), evaluationFile());

/** Its manifest. */
export const evaluationManifest = (): EvaluationManifest =>
  JSON.parse(readFileSync(evaluationUrl(`${evaluationName}.json`), "utf8"));

/** The bytes of its images. */
export function evaluationFile(): ArrayBuffer {
  const bytes = readFileSync(evaluationUrl(`${evaluationName}.bin`));
  return new Uint8Array(bytes).buffer;
}
