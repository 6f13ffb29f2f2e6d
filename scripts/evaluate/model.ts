/** The model of a command, or the command's end in one line. */
import {
  type EvaluationSet,
  evaluationSetOf,
  MissingLabelError,
  requireLabels,
} from "../../src/core/audit/evaluation-set.ts";
import { OnepixelError } from "../../src/core/errors.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";
import { openModel } from "../../src/node/open-model.ts";
import { evaluationSet, evaluationSets, nodeRegistry } from "../../src/node/services.ts";

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

/** The model of this id or in this folder, or the default model; no other ends the command. */
export async function openClassifier(source: string | undefined): Promise<Classifier> {
  try {
    return (await openModel(source)) as Classifier;
  } catch (error) {
    if (!(error instanceof OnepixelError)) throw error;
    return refuse(`--model: ${error.message}`);
  }
}

/** The evaluation set of this id, or the model's own; no other, nor one of other labels, ends the command. */
export function chooseSet(id: string | undefined, { manifest }: Classifier): EvaluationSet {
  const sets = evaluationSets().map((set) => set.manifest);
  const found = id === undefined ? evaluationSetOf(sets, manifest) : sets.find((set) => set.id === id);
  if (found === undefined) {
    const ids = sets.map((set) => set.id).join(", ");
    return refuse(
      id === undefined
        ? `--model: ${manifest.id} lacks labels of each evaluation set: ${ids}.`
        : `--set: there is no evaluation set "${id}". The evaluation sets are ${ids}.`,
    );
  }
  try {
    requireLabels(found, manifest);
  } catch (error) {
    if (!(error instanceof MissingLabelError)) throw error;
    return refuse(`--model: ${error.message}`);
  }
  return evaluationSet(found.id);
}
