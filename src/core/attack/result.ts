import type { SearchKind } from "../kernel/search-settings.ts";
import type { Engine } from "../oracle/oracle.ts";
import { argmax } from "./objectives.ts";
import type { AttackSettings } from "./options/settings.ts";
import type { Stopped } from "./stopped.ts";

/** What a classifier predicts for one image. */
export interface Prediction {
  readonly label: string;
  readonly probability: number;
  /** One probability a label, in the order of the manifest's labels. */
  readonly probabilities: readonly number[];
}

/** A pixel that differs between the image and the adversarial image; colours as `#rrggbb`. */
export interface ChangedPixel {
  readonly x: number;
  readonly y: number;
  readonly from: string;
  readonly to: string;
}

/** Every one-pixel corner-colour change was queried, and this many of them fool the classifier. */
export interface Certificate {
  readonly corners: number;
  readonly fooling: number;
}

/** One number of pixels that was tried in the search for the fewest. */
export interface Tried {
  readonly pixels: number;
  readonly search: SearchKind;
  /** Queries that it took, those included that then put needless pixels back. */
  readonly queries: number;
  readonly stopped: Stopped;
}

/** The prediction that a row of probabilities stands for. */
export function predictionOf(labels: readonly string[], probabilities: Float32Array): Prediction {
  const index = argmax(probabilities);
  return {
    label: labels[index]!,
    probability: probabilities[index]!,
    probabilities: [...probabilities],
  };
}

export interface AttackResult {
  readonly status: "fooled" | "survived" | "misclassified";
  readonly label: string;
  readonly target: string | null;
  readonly before: Prediction;
  /** What the reference predicts for the returned image. */
  readonly after: Prediction;
  readonly pixels: readonly ChangedPixel[];
  /** The returned image as PNG: adversarial if fooled, else the best candidate's. */
  readonly png: Uint8Array;
  readonly cost: {
    /** Candidates queried; what onnxruntime is asked to make and confirm `before` and `after` is not counted. */
    readonly queries: number;
    /** Of the last search. */
    readonly generations: number;
    /** The most queries that the settings allow. */
    readonly budget: number;
  };
  readonly settings: AttackSettings;
  /** The search that ran, of several the last; null where nothing was searched. */
  readonly search: SearchKind | null;
  /** null where nothing was searched. */
  readonly stopped: Stopped | null;
  readonly certificate: Certificate | null;
  /** Every number of pixels that was tried, ascending; there when the fewest were searched for. */
  readonly tried?: readonly Tried[];
  readonly engine: Engine;
  /** onnxruntime confirms that the returned PNG, decoded again, fools the classifier. */
  readonly verified: boolean;
}
