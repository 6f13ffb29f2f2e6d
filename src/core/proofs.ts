import { useEnvironment } from "./environment.ts";
import { inputOf } from "./input.ts";
import type { Model } from "./load-model.ts";
import type { Classifier } from "./model/classifier.ts";
import { type Image, imageOf } from "./operations.ts";
import {
  type CheckedProof as Checked,
  type CheckOptions,
  checkProof as check,
} from "./proof/check/check-proof.ts";
import type { ProofProgress } from "./proof/decision.ts";
import { presentProof } from "./proof/present.ts";
import { prove as proveImage } from "./proof/prove.ts";
import { type ProofInput, resolveProof } from "./proof/settings.ts";

/** The options of a proof. */
export type ProveOptions = ProofInput;

/** The result of {@link prove}. */
export type Proof = Awaited<ReturnType<typeof presentProof>>;

/** Options to observe and stop a proof. */
export interface ProveRunOptions {
  /** Aborting it ends the proof with what is decided; `stopped` is then `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Called about every 32 boxes; the proof waits for what it returns. */
  readonly onProgress?: ((progress: ProofProgress) => void | Promise<void>) | undefined;
}

/**
 * Decides whether any change of one pixel, to any 8-bit colour, fools the model: for a colour image by bounds on the network
 * over boxes of colours, for a greyscale image by asking about every grey value of every pixel.
 * @param options `label` and `target` as for an attack; `boxes` and `budget`, the most boxes and queries; `first` and `end`,
 * the pixels to decide, y × width + x, to divide the work
 * @returns `status`: `proved`, `broken` with a `counterexample`, `unknown` with the pixels that are undecided, or `misclassified`;
 * a `statement` that says what is proved of what; and, if proved, the `proof` file that anybody can check
 * @throws OnepixelError `invalid-option` naming the option, or `model` if its network cannot be bounded; `invalid-image`
 * @see docs/proofs.md for the method and the error analysis
 *
 * @example
 * ```ts
 * const { status, statement } = await prove(model, image, { label: "cat", boxes: 10_000 });
 * ```
 */
export async function prove(
  model: Model,
  image: Image,
  options: ProveOptions = {},
  { signal, onProgress }: ProveRunOptions = {},
): Promise<Proof> {
  const classifier = model as Classifier;
  const input = inputOf(classifier, await imageOf(image));
  const { labels, input: size } = classifier.manifest;
  const settings = resolveProof(options, { labels, ...size });
  const { kernel: kernelModule, pause } = useEnvironment();
  const context = { classifier, kernelModule, image: input.image, settings, signal, onProgress, pause };
  return presentProof(await proveImage(context), input);
}

/** The result of {@link checkProof}. */
export type CheckedProof = Checked;

/** Options to observe and stop a check. */
export type CheckRunOptions = Omit<CheckOptions, "pause">;

/**
 * Checks a proof by an implementation of its own, which shares with the prover only the reader of ONNX files: that its boxes
 * hold every colour of every pixel, and that in each of them the label stays ahead.
 * @param image the image that the proof is about; it is stretched to the model's size as for the proof
 * @param file the `proof` of {@link prove}, or the parsed JSON file that `onepixel prove --proof` writes
 * @returns whether it `holds`, and if not the `reason`
 * @throws OnepixelError `invalid-image`
 *
 * @example
 * ```ts
 * const { proof } = await prove(model, image, { boxes: 1_100 });
 * const { holds, reason } = await checkProof(model, image, proof);
 * ```
 */
export async function checkProof(
  model: Model,
  image: Image,
  file: unknown,
  { signal, onProgress }: CheckRunOptions = {},
): Promise<CheckedProof> {
  const classifier = model as Classifier;
  const { pause } = useEnvironment();
  const input = inputOf(classifier, await imageOf(image));
  return check(classifier, input.image, file, { signal, onProgress, pause });
}
