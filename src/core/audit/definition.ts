import type { AttackInput } from "../attack/options/options.ts";
import type { AttackSettings } from "../attack/options/settings.ts";

/** Images of an evaluation set. */
export interface EvaluationImages {
  /** The set's id. */
  readonly set: string;
  readonly count: number;
  /** The seed of a random sample of `count` images; null for the first `count`. */
  readonly seed: number | null;
  /** The id of the model whose predictions the labels are; without it they are the truth. */
  readonly labelledBy?: string;
}

/** Images that the owner of the audit sent. */
export interface UploadedImages {
  readonly set: "uploaded";
  readonly count: number;
  readonly seed?: undefined;
}

/** Images from files of the user who ran the audit. */
export interface OwnImages {
  readonly set: "own";
  readonly count: number;
  /** SHA-256 over the names, labels and bytes of the files, as `dataSetDigest` makes it. */
  readonly sha256: string;
  readonly seed?: undefined;
}

/** Which images an audit attacks, in the order of their indices. */
export type ImageSet = EvaluationImages | UploadedImages | OwnImages;

/** One image of an audit. */
export interface AuditImage {
  /** Its index in the image set. */
  readonly index: number;
  /** The true label's position among the model's labels. */
  readonly label: number;
  /** The samples of an image that was sent (see `Raster`); null for an evaluation image. */
  readonly samples: Uint8Array | null;
}

/**
 * One setting of `pixels`, and every option of its attacks except label and target, which differ for each
 * image.
 */
export interface AuditRow {
  readonly pixels: number | "min";
  readonly settings: Omit<AttackSettings, "label" | "target">;
}

/** The complete definition of an audit: the same definition gives the same figures. */
export interface AuditDefinition {
  readonly model: {
    readonly id: string;
    readonly title: string;
    /** SHA-256 of model.onnx, hexadecimal; of a remote model, of its description. */
    readonly sha256: string;
    /** The protocol and URL of a remote model. */
    readonly remote?: { readonly protocol: string; readonly url: string };
    readonly labels: readonly string[];
    /** The size of its images, in pixels. */
    readonly width: number;
    readonly height: number;
  };
  readonly images: ImageSet;
  /** Attack every image at every other label, instead of away from its own. */
  readonly targeted: boolean;
  /** The options of the attacks that were asked for; all others have their defaults. */
  readonly options: Omit<AttackInput, "pixels" | "label" | "target">;
  /** At least one, each with other `pixels`. */
  readonly rows: readonly AuditRow[];
}
