import { MissingLabelError, requireLabels } from "../../src/core/audit/evaluation-set.ts";
import { type Manifest, ManifestError } from "../../src/core/model/manifest.ts";
import type { ImageSets } from "./catalogue.ts";

/**
 * Checks that the sets which a model's manifest names are there, and are of its labels.
 * @param file the manifest's name in messages
 * @throws ManifestError naming the field
 */
export function requireSets(manifest: Manifest, file: string, { samples, evaluations }: ImageSets): void {
  const fault = (message: string) => new ManifestError(`${file}: ${message}`);
  const own = samples.filter(({ set }) => set === manifest.samples);
  if (manifest.samples !== undefined && own.length === 0)
    throw fault(`"samples" is "${manifest.samples}", but there are no samples of this set`);
  const strange = own.find(({ label }) => !manifest.labels.includes(label));
  if (strange) throw fault(`"labels" lacks the label "${strange.label}" of the sample ${strange.name}`);
  if (manifest.evaluation === undefined) return;
  const set = evaluations.find(({ manifest: { id } }) => id === manifest.evaluation);
  if (set === undefined)
    throw fault(`"evaluation" is "${manifest.evaluation}", but there is no evaluation set of this id`);
  try {
    requireLabels(set.manifest, manifest);
  } catch (error) {
    if (!(error instanceof MissingLabelError)) throw error;
    throw fault(error.message);
  }
}
