import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { changedPixels } from "./adversarial-image.ts";
import { argmax, isFooled } from "./objectives.ts";
import { type AttackResult, type ChangedPixel, type Prediction, predictionOf } from "./result.ts";

/** What the classifier is claimed to predict for an image. */
export interface ClaimedPrediction {
  readonly label: string;
  readonly probability?: number | undefined;
}

/** The claims about an attack; every one is optional. */
export interface Claims {
  readonly before: ClaimedPrediction;
  readonly after: ClaimedPrediction;
  /** The label that was attacked. Default: the label of `before`. */
  readonly label?: string | undefined;
  /** The label that was to be reached. */
  readonly target?: string | undefined;
  readonly status?: AttackResult["status"] | undefined;
  readonly verified?: boolean | undefined;
  /** k, the most pixels that may differ. */
  readonly mostPixels?: number | undefined;
  readonly pixels?:
    | readonly (Omit<ChangedPixel, "from"> & { readonly from?: string | undefined })[]
    | undefined;
  /** SHA-256 of the model's ONNX file. */
  readonly sha256?: string | undefined;
}

export interface VerifyRequest {
  readonly classifier: Classifier;
  /** Both of one size, in the classifier's channels. */
  readonly original: Raster;
  readonly adversarial: Raster;
  readonly claims: Claims;
}

/** One claim beside what was found. */
export interface CheckedClaim {
  /** The path of the field in an attack's response, such as `after.label`. */
  readonly claim: string;
  readonly claimed: string | number | boolean;
  readonly found: string | number | boolean;
  readonly holds: boolean;
}

export interface Verification {
  /** Whether every claim holds. */
  readonly holds: boolean;
  /** The outcome that the two images show, regardless of the claims. */
  readonly status: AttackResult["status"];
  readonly label: string;
  readonly target: string | null;
  readonly before: Prediction;
  readonly after: Prediction;
  /** The pixels in which the two images differ. */
  readonly pixels: readonly ChangedPixel[];
  readonly claims: readonly CheckedClaim[];
}

/** Probabilities may differ by this between machines. */
const TOLERANCE = 1e-4;

function checkPrediction(name: string, claimed: ClaimedPrediction, found: Prediction): CheckedClaim[] {
  const { label, probability } = claimed;
  const checked: CheckedClaim[] = [
    { claim: `${name}.label`, claimed: label, found: found.label, holds: label === found.label },
  ];
  if (probability === undefined) return checked;
  const holds = Math.abs(probability - found.probability) <= TOLERANCE;
  return [
    ...checked,
    { claim: `${name}.probability`, claimed: probability, found: found.probability, holds },
  ];
}

/** A pixel that does not differ has no `from` colour unless one is claimed. */
const spelt = (pixels: NonNullable<Claims["pixels"]>): string =>
  pixels.map(({ x, y, from, to }) => [`${x},${y}`, from, "→", to].filter(Boolean).join(" ")).join("; ") ||
  "none";

/** A list of pixels holds if it names exactly those that differ, with their colours, in any order. */
function checkPixels(claimed: NonNullable<Claims["pixels"]>, found: readonly ChangedPixel[]): CheckedClaim {
  const byPlace = new Map(found.map((pixel) => [`${pixel.x},${pixel.y}`, pixel]));
  const completed = claimed.map((pixel) => ({
    ...pixel,
    from: pixel.from ?? byPlace.get(`${pixel.x},${pixel.y}`)?.from,
  }));
  const inOrder = completed.toSorted((a, b) => a.y - b.y || a.x - b.x);
  const [says, is] = [spelt(inOrder), spelt(found)];
  return { claim: "pixels", claimed: says, found: is, holds: says === is };
}

/** Checks claims against what onnxruntime predicts for the two images: one query each. */
export async function verify(request: VerifyRequest): Promise<Verification> {
  const { classifier, original, adversarial, claims } = request;
  const { labels } = classifier.manifest;
  const clean = await classifier.probabilities(original);
  const changed = await classifier.probabilities(adversarial);
  const before = predictionOf(labels, clean);
  const after = predictionOf(labels, changed);
  const label = claims.label ?? claims.before.label;
  const target = claims.target ?? null;
  const goal = { label: labels.indexOf(label), target: target === null ? null : labels.indexOf(target) };
  const pixels = changedPixels(original, adversarial);
  const fooled = isFooled(changed, goal);
  const status = argmax(clean) !== goal.label ? "misclassified" : fooled ? "fooled" : "survived";

  const checked: CheckedClaim[] = [
    ...checkPrediction("before", claims.before, before),
    ...checkPrediction("after", claims.after, after),
  ];
  const check = <Value extends string | number | boolean>(
    claim: string,
    claimed: Value | undefined,
    found: Value,
    holds = claimed === found,
  ) => {
    if (claimed !== undefined) checked.push({ claim, claimed, found, holds });
  };
  check("status", claims.status, status);
  check("verified", claims.verified, status === "fooled");
  const most = claims.mostPixels;
  check("settings.pixels", most, pixels.length, most !== undefined && pixels.length <= most);
  if (claims.pixels) checked.push(checkPixels(claims.pixels, pixels));
  check("model.sha256", claims.sha256, classifier.sha256);
  const holds = checked.every((claim) => claim.holds);
  return { holds, status, label, target, before, after, pixels, claims: checked };
}
