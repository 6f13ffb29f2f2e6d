import { init, useEnvironment } from "../core/environment.ts";
import { OnepixelError } from "../core/errors.ts";
import { loadModel as loadBytes, type Model, type ModelDescription } from "../core/load-model.ts";
import type { Manifest } from "../core/model/manifest.ts";
import { type Facts, inspectModel, type Wanted } from "../core/model/propose/inspect.ts";
import {
  type Normalisation,
  type RecipeName,
  recipe,
  recipesFor,
  resolveNormalisation,
} from "../core/model/propose/normalisation.ts";
import { type ProposedManifest, proposeManifest } from "../core/model/propose/propose.ts";
import { type ModelSource, readModelSource } from "./model-source.ts";
import { nodeModules } from "./modules.ts";

/** Options that describe a classifier. They override its manifest and what its graph suggests. */
export interface ModelOptions extends Wanted {
  readonly labels?: readonly string[] | undefined;
  /** How the input is normalised: a known way, or numbers. */
  readonly normalise?: RecipeName | Partial<Normalisation> | undefined;
  readonly scores?: Manifest["output"] | undefined;
}

/** The normalisation is not known, because the file does not specify it. `choose` continues with a choice. */
export class UnknownNormalisation extends OnepixelError {
  override readonly name = "UnknownNormalisation";
  readonly choices: readonly RecipeName[];
  /** Loads the model with one of the choices. */
  readonly choose: (choice: RecipeName) => Promise<Model>;

  constructor(id: string, choices: readonly RecipeName[], choose: (choice: RecipeName) => Promise<Model>) {
    super(
      "invalid-option",
      `normalise must be one of ${choices.join(", ")}: there is no manifest.json next to the model ${id}, and its graph does not specify how the input is normalised.`,
      { field: "normalise" },
    );
    this.choices = choices;
    this.choose = choose;
  }
}

function changed(description: ModelDescription, options: ModelOptions): ModelDescription {
  const { labels, normalise, scores, layout, size } = options;
  const { input } = description;
  return {
    ...description,
    ...(labels && { labels: [...labels] }),
    ...(scores && { output: scores }),
    input: {
      ...input,
      ...(layout && { layout }),
      ...size,
      ...(normalise && (resolveNormalisation(normalise, input.channels) as Manifest["input"])),
    },
  };
}

const proposed = (
  facts: Facts,
  id: string,
  options: ModelOptions,
  normalisation: Normalisation,
): ProposedManifest =>
  proposeManifest(facts, { id, normalisation, labels: options.labels, scores: options.scores });

async function propose({ onnx, id }: ModelSource, options: ModelOptions): Promise<Model> {
  const facts = await inspectModel(onnx, options, useEnvironment().runtime);
  const { channels } = facts.input;
  const load = (normalisation: Normalisation) => loadBytes(onnx, proposed(facts, id, options, normalisation));
  if (options.normalise !== undefined) return load(resolveNormalisation(options.normalise, channels));
  throw new UnknownNormalisation(id, recipesFor(channels), (choice) => load(recipe(choice, channels)));
}

/**
 * Loads a classifier as a command takes it: with or without a manifest.
 * @param source as {@link readModelSource} takes it
 * @param ignoreManifest whether a manifest beside the file counts for nothing, because a new one is wanted
 * @throws UnknownNormalisation for a file without a manifest, unless the options say how its input is normalised
 * @throws OnepixelError as {@link loadModel}; `field` names the option that is at fault
 *
 * @example
 * ```ts
 * const model = await openModel("model.onnx", { labels: ["cat", "dog"], normalise: "imagenet" });
 * ```
 */
export async function openModel(
  source: string | undefined,
  options: ModelOptions = {},
  { ignoreManifest = false }: { readonly ignoreManifest?: boolean } = {},
): Promise<Model> {
  init(nodeModules());
  const found = await readModelSource(source);
  return found.description === null || ignoreManifest
    ? propose(found, options)
    : loadBytes(found.onnx, changed(found.description, options));
}
