import { OnepixelError } from "../../errors.ts";
import type { Manifest } from "../manifest.ts";
import type { Facts } from "./inspect.ts";
import type { Normalisation } from "./normalisation.ts";

/** A manifest, except for what cannot be read from a file. */
export type ProposedManifest = Pick<Manifest, "id" | "title" | "labels" | "input" | "output" | "tensors">;

/** What the graph does not contain. */
export interface Answers {
  /** The model's id; also its title. */
  readonly id: string;
  readonly normalisation: Normalisation;
  /** In the order of the model's outputs. Default: the labels in its metadata, otherwise "0", "1", … */
  readonly labels?: readonly string[] | undefined;
  /** Default: found by running the model. */
  readonly scores?: Manifest["output"] | undefined;
}

function labelsOf({ labels, output }: Facts, given: readonly string[] | undefined): string[] {
  if (given === undefined)
    return [...(labels ?? Array.from({ length: output.count }, (_, index) => String(index)))];
  if (given.length === output.count) return [...given];
  const message = `labels must have ${output.count} entries, one for each output of the model, not ${given.length}.`;
  throw new OnepixelError("invalid-option", message, { field: "labels" });
}

/**
 * The manifest that a classifier's file suggests.
 * @throws OnepixelError `invalid-option` (field `labels`) if the number of labels is not that of the
 * model's outputs
 *
 * @example
 * ```ts
 * const facts = await inspectModel(onnx, {}, runtime);
 * const manifest = proposeManifest(facts, { id: "mine", normalisation: recipe("0-1", facts.input.channels) });
 * ```
 */
export function proposeManifest(
  facts: Facts,
  { id, normalisation, labels, scores }: Answers,
): ProposedManifest {
  const { name: inputName, only: onlyInput, ...format } = facts.input;
  const { name: outputName, only: onlyOutput } = facts.output;
  const tensors = {
    ...(onlyInput ? {} : { input: inputName }),
    ...(onlyOutput ? {} : { output: outputName }),
  };
  return {
    id,
    title: id,
    labels: labelsOf(facts, labels),
    input: {
      ...format,
      scale: normalisation.scale,
      mean: [...normalisation.mean],
      std: [...normalisation.std],
    },
    output: scores ?? facts.output.scores,
    ...(Object.keys(tensors).length > 0 && { tensors }),
  };
}
