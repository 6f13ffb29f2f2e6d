import { readFileSync } from "node:fs";
import type { AttackSettings } from "../../core/attack/options/settings.ts";
import { attack } from "../../core/attack/run.ts";
import type { EvaluationSet } from "../../core/audit/evaluation-set.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { outcomeOf } from "../../core/audit/outcome-of.ts";
import { useEnvironment } from "../../core/environment.ts";
import { OnepixelError } from "../../core/errors.ts";
import { decodeImage } from "../../core/image/decode.ts";
import type { Raster } from "../../core/image/raster.ts";
import { stretch } from "../../core/image/stretch.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { evaluationSet } from "../../node/services.ts";
import type { ImageSource } from "./data-set.ts";

/** One attack of an audit. */
export interface Task {
  readonly index: number;
  readonly source: ImageSource;
  readonly settings: AttackSettings;
}

let opened: EvaluationSet | undefined;

/** A shipped evaluation set; an audit has one, which is read once. */
function evaluation(id: string): EvaluationSet {
  if (opened?.id !== id) opened = evaluationSet(id);
  return opened;
}

/** An image in the size of a classifier. @throws OnepixelError `invalid-image`, `unsupported-image` */
export async function imageFor(source: ImageSource, classifier: Classifier): Promise<Raster> {
  const decoded =
    "file" in source
      ? await decodeImage(readFileSync(source.file))
      : await evaluation(source.set).image(source.index);
  return stretch(decoded, classifier.manifest.input);
}

/** Whether an attack failed because its image cannot be read. */
export const isImageFault = (error: unknown): boolean =>
  error instanceof OnepixelError && /^(invalid|unsupported)-image$/.test(error.code);

/** Makes one attack of an audit. */
export async function attackImage(
  { index, source, settings }: Task,
  classifier: Classifier,
): Promise<ImageOutcome> {
  const { kernel, pause } = useEnvironment();
  const image = await imageFor(source, classifier);
  const result = await attack({ classifier, kernelModule: kernel, image, settings, pause });
  return outcomeOf(result, index, classifier.manifest.labels);
}
