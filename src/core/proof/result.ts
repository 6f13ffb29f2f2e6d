import type { ChangedPixel, Prediction } from "../attack/result.ts";
import type { Box } from "../kernel/bounds.ts";

/**
 * `proved`: no change of one pixel to any 8-bit colour reaches the goal. `broken`: this one does. `unknown`: some pixels
 * are undecided. `misclassified`: the classifier is wrong without a change.
 */
export type ProofStatus = "proved" | "broken" | "unknown" | "misclassified";

/** Why a proof ended before everything was decided. */
export type ProofStop = "boxes" | "queries" | "aborted" | "cpu-limit";

/** A box of colours that is proved: with one colour, perhaps by a query. */
export interface Leaf extends Box {
  /** The lower bound of the label's lead, or null where the classifier itself was asked about the only colour. */
  readonly bound: number | null;
}

/** What is proved of one pixel: boxes that hold every colour. */
export interface PixelProof {
  /** y × width + x. */
  readonly position: number;
  readonly leaves: readonly Leaf[];
}

/** Every option of a proof, resolved. Sending them again gives the same bytes. */
export interface ProofSettings {
  /** The true label; null for the predicted one. */
  readonly label: string | null;
  /** The label to keep the classifier from; null for every other one. */
  readonly target: string | null;
  /** Most boxes to bound. */
  readonly boxes: number;
  /** Most queries. */
  readonly budget: number;
  /** The pixels to decide, y × width + x: from the first to before the end. */
  readonly first: number;
  readonly end: number;
}

/** How the pixels were decided: by bounds over boxes of colours; or, of a greyscale image whose network has none, by asking about every value. */
export type ProofMethod = "bounds" | "enumeration";

export interface ProofResult {
  readonly status: ProofStatus;
  readonly label: string;
  readonly target: string | null;
  readonly before: Prediction;
  readonly method: ProofMethod;
  /** How many pixels were to be decided, how many are proved, and those that are undecided, in order. */
  readonly pixels: {
    readonly total: number;
    readonly proved: number;
    readonly unknown: readonly { readonly x: number; readonly y: number }[];
  };
  /** The change that reaches the goal, with the prediction for the returned image. */
  readonly counterexample: {
    readonly pixel: ChangedPixel;
    readonly after: Prediction;
    readonly png: Uint8Array;
  } | null;
  readonly cost: { readonly boxes: number; readonly queries: number };
  /** The least bound of a proved box: how far the label stays ahead, in the classifier's scores. */
  readonly margin: number | null;
  /**
   * How far an execution in 32-bit floating point may be from a score of the unchanged image in real arithmetic, whatever the order of
   * its sums. Every bound allows for it, and for that of the changed image.
   */
  readonly rounding: number | null;
  /** Colours that are closer to another label than rounding, so that the classifier itself was asked. */
  readonly asked: number;
  readonly stopped: ProofStop | null;
  readonly settings: ProofSettings;
  /** What is proved of each pixel, in order of position. */
  readonly proofs: readonly PixelProof[];
}
