/** The model of a command, or the command's end in one line. */
import { type EvaluationSet, MissingLabelError, requireLabels } from "../../src/core/audit/evaluation-set.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";
import { nodeRegistry } from "../../src/node/services.ts";

/** Ends the command because of what it was given: one line, and the exit code 2. */
export function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

/** The model of this id, or the default model; no other ends the command. */
export function chooseModel(id: string | undefined): Classifier {
  const registry = nodeRegistry();
  const classifier = id === undefined ? registry.default : registry.get(id);
  if (classifier) return classifier;
  const ids = registry.classifiers.map(({ manifest }) => manifest.id).join(", ");
  return refuse(`--model: there is no model "${id}". The models are ${ids}.`);
}

/** Ends the command unless the model has every label of the evaluation set. */
export function requireEvaluationLabels({ manifest }: Classifier, set: EvaluationSet): void {
  try {
    requireLabels(set, manifest);
  } catch (error) {
    if (!(error instanceof MissingLabelError)) throw error;
    refuse(`--model: ${error.message}`);
  }
}
