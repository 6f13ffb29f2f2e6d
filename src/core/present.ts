/** Converts results to the objects that every host returns and the HTTP API sends as JSON. */
import { changedPixels } from "./attack/adversarial-image.ts";
import type { MapResult } from "./attack/map/result.ts";
import { type AttackResult, type Prediction, predictionOf } from "./attack/result.ts";
import type { Progress } from "./attack/search.ts";
import type { TargetsResult } from "./attack/targets.ts";
import type { Verification } from "./attack/verify.ts";
import { pngDataUrl } from "./image/data-url.ts";
import type { Input } from "./input.ts";
import type { Classifier } from "./model/classifier.ts";
import { multiplyAddsOf } from "./model/cost.ts";
import { applyCandidate } from "./oracle/apply-candidate.ts";
import type { DefaultOracle } from "./oracle/default-oracle.ts";
import type { Engine } from "./oracle/oracle.ts";
import { type PredictionDetail, presentPrediction, rankLabels, shownLabels } from "./present-prediction.ts";

/** The model that was queried; for a remote one with its URL and notes on its responses. */
export const presentModelName = ({ manifest, sha256, remote }: Classifier) => ({
  id: manifest.id,
  sha256,
  ...(remote && { remote: { protocol: remote.protocol, url: remote.url, notes: remote.notes } }),
});

/** A classifier's description, with the oracle of attacks on it, and why it is not the incremental one. */
export const presentModelDetails = (classifier: Classifier, { engine, reason }: DefaultOracle) => ({
  ...presentModel(classifier),
  engine,
  engineReason: reason,
});

/** A classifier's description, without loading it: its manifest, its ONNX file's digest and size, and what a query costs. */
export function presentModel({ manifest, sha256, bytes, cost, remote }: Classifier) {
  const known = cost();
  const compiled: Engine = "tensors" in known ? "incremental" : "onnxruntime";
  return {
    ...manifest,
    sha256,
    bytes,
    multiplyAdds: multiplyAddsOf(known),
    engine: remote ? ("remote" as const) : compiled,
  };
}

/** An attack's result without the image. */
export function presentFacts(result: AttackResult, { classifier, original }: Input) {
  const { png: _, status, settings, ...rest } = result;
  const { id: model, labels } = classifier.manifest;
  const shown = (prediction: Prediction) =>
    presentPrediction(prediction, labels, settings.probabilities, [rest.label, rest.target]);
  return {
    status,
    model: presentModelName(classifier),
    input: original,
    ...rest,
    before: shown(rest.before),
    after: shown(rest.after),
    settings: { model, ...settings },
  };
}

/** An attack's result, with the adversarial image as a data URL. */
export function presentAttack(result: AttackResult, input: Input) {
  return { ...presentFacts(result, input), image: pngDataUrl(result.png) };
}

/** A classification, highest probability first; equal ones keep the order of the labels. */
export function presentClassification(
  probabilities: Float32Array,
  { classifier, original }: Input,
  detail?: PredictionDetail,
) {
  const ranked = rankLabels(classifier.manifest.labels, probabilities);
  return {
    model: presentModelName(classifier),
    input: original,
    ...ranked[0]!,
    probabilities: shownLabels(ranked, detail),
  };
}

/** The progress of an attack, and its best candidate so far. */
export function presentProgress(
  { queries, generation, goal, best, blocks }: Progress,
  { classifier, image }: Input,
  detail?: PredictionDetail,
) {
  const { labels } = classifier.manifest;
  const named = [labels[goal.label]!, goal.target === null ? null : labels[goal.target]!];
  return {
    queries,
    generation,
    best: {
      pixels: changedPixels(image, applyCandidate(image, best.encoded)),
      ...presentPrediction(predictionOf(labels, best.probabilities), labels, detail, named),
    },
    ...(blocks && { blocks }),
  };
}

/** A map, with the model's name. */
export function presentMap({ settings, ...rest }: MapResult, { classifier, original }: Input) {
  const { id: model, labels } = classifier.manifest;
  return {
    model: presentModelName(classifier),
    input: original,
    ...rest,
    before: presentPrediction(rest.before, labels, settings.probabilities, [rest.label]),
    settings: { model, ...settings },
  };
}

/** Settings of targets without those that are no options of theirs: every other label is a target, and a scan is complete. */
export function settingsOfTargets(settings: TargetsResult["settings"]) {
  const { target: _, ...resolved } = settings;
  const { exhaustive: __, ...sent } = { exhaustive: null, ...resolved };
  return sent;
}

/** The attacks at every other label, each with its image as a data URL. */
export function presentTargets(result: TargetsResult, { classifier, original }: Input) {
  const { settings, targets, ...rest } = result;
  const { id: model, labels } = classifier.manifest;
  const shown = (prediction: Prediction, target: string | null) =>
    presentPrediction(prediction, labels, settings.probabilities, [rest.label, target]);
  return {
    model: presentModelName(classifier),
    input: original,
    ...rest,
    before: shown(rest.before, null),
    targets: targets.map(({ png, ...facts }) => ({
      ...facts,
      after: shown(facts.after, facts.target),
      image: pngDataUrl(png),
    })),
    settings: { model, ...settingsOfTargets(settings) },
  };
}

/** ASCII-only JSON, for headers and PNG text chunks. */
export const toAsciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Fields of an attack's response that two queries cannot check. */
const unchecked = ["cost", "search", "stopped", "certificate", "engine", "tried"] as const;

/** Whether each claim holds, and which claims two queries cannot check. */
export const presentVerification = (
  verification: Verification,
  classifier: Classifier,
  claimed: { readonly [Name in (typeof unchecked)[number]]?: unknown },
) => ({
  model: presentModelName(classifier),
  ...verification,
  before: presentPrediction(verification.before, classifier.manifest.labels, undefined, [verification.label]),
  after: presentPrediction(verification.after, classifier.manifest.labels, undefined, [verification.label]),
  unchecked: unchecked.filter((name) => claimed[name] != null),
  cost: { queries: 2 },
});
