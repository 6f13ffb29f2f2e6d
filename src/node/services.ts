/** What the Worker gets from its bundle, read from disk: for scripts, bench and tests in Node. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type EvaluationSet, openFiles, openPlanes } from "../core/audit/evaluation-set.ts";
import { initCodecs } from "../core/image/codecs.ts";
import { createRegistry, type Registry } from "../core/model/registry.ts";
import { nodeRuntime, readModels, sha256 } from "./models.ts";
import { codecModules } from "./modules.ts";
import { dataSetDigest, PLANES_FILE, readSet, readSets, type SetFolder } from "./sets.ts";

export { kernelModule } from "./modules.ts";

/** The registry over a models folder, with the image codecs ready. */
export function nodeRegistry(folder = new URL("../../models", import.meta.url).pathname): Registry {
  initCodecs(codecModules());
  return createRegistry(readModels(folder), nodeRuntime());
}

/** models/evaluation of a checkout, for the sources and for the build in its `dist/`; the package has none. */
const EVALUATION =
  ["../../models/evaluation/", "../../../models/evaluation/"]
    .map((folder) => new URL(folder, import.meta.url).pathname)
    .find((folder) => existsSync(folder)) ?? null;

/** The set of tests and measurements that name none. */
const CIFAR10 = "cifar10-test";

/** The evaluation sets that are here: in a checkout all of models/evaluation/, in the package none. */
export const evaluationSets = (): SetFolder[] => (EVALUATION === null ? [] : readSets(EVALUATION));

function setFolder(id: string): SetFolder {
  if (EVALUATION === null) throw new Error(`The evaluation set ${id} is not here.`);
  return readSet(join(EVALUATION, id));
}

/** The evaluation set of an id, from models/evaluation/. */
export function evaluationSet(id = CIFAR10): EvaluationSet {
  const { manifest, folder } = setFolder(id);
  const { images, ...rest } = manifest;
  if (images === undefined) return openPlanes(rest, evaluationFile(id));
  const read = async (file: string) => new Uint8Array(readFileSync(join(folder, file))).buffer;
  return openFiles(
    rest,
    images.map(({ label, file }) => ({ label, read: () => read(file) })),
  );
}

/** SHA-256 of a set's images, hexadecimal: of the one file, or of one line of JSON a file, `[name, label, its SHA-256]`. */
export function evaluationDigest(id: string): string {
  const { manifest, folder } = setFolder(id);
  const files = manifest.images?.map(({ file, label }) => ({
    name: file,
    label,
    sha256: sha256(readFileSync(join(folder, file))),
  }));
  return files === undefined ? sha256(new Uint8Array(evaluationFile(id))) : dataSetDigest(files);
}

/** The bytes of a set's images, in format `planes`. */
export function evaluationFile(id = CIFAR10): ArrayBuffer {
  return new Uint8Array(readFileSync(join(setFolder(id).folder, PLANES_FILE))).buffer;
}
