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

/** One number of pixels tried by `pixels=min`. */
export interface Tried {
  readonly pixels: number;
  readonly search: SearchKind;
  /** Its queries, including those that restore pixels whose change is not needed. */
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
    /** Candidates queried. The forward passes for `before`, `after` and confirmation are not counted. */
    readonly queries: number;
    /** The generations of the last search. */
    readonly generations: number;
    /** The most queries that the settings allow. */
    readonly budget: number;
  };
  readonly settings: AttackSettings;
  /** The search that ran, the last one if there were several; null if none ran. */
  readonly search: SearchKind | null;
  /** null if no search ran. */
  readonly stopped: Stopped | null;
  readonly certificate: Certificate | null;
  /** Every number of pixels that was tried, ascending; only with `pixels=min`. */
  readonly tried?: readonly Tried[];
  readonly engine: Engine;
  /** onnxruntime confirms that the returned PNG, decoded again, fools the classifier. */
  readonly verified: boolean;
}
