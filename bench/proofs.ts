/** Processor seconds of one-pixel proofs, an image each, for `npm run bench -- proofs`. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluationImage } from "../src/core/audit/evaluation-set.ts";
import type { Classifier } from "../src/core/model/classifier.ts";
import type { ProofStatus } from "../src/core/proof/result.ts";
import { prove } from "../src/node/index.ts";
import { openModel } from "../src/node/open-model.ts";
import { evaluationFile } from "../src/node/services.ts";
import { processorClock } from "./measure.ts";

/** What the table says of one classifier. */
export interface ProofFigures {
  readonly classifier: string;
  readonly images: number;
  readonly misclassified: number;
  readonly proved: number;
  readonly broken: number;
  readonly unknown: number;
  /** Processor seconds of an image that is classified correctly. */
  readonly mean: number;
  readonly worst: number;
  /** How many verdicts differ from those in the folder's verdicts.json; null if it has none. */
  readonly differing: number | null;
}

/** The verdicts that came with a classifier, by index of the image. */
function heldVerdicts(folder: string): Readonly<Record<string, ProofStatus>> | null {
  const file = join(folder, "verdicts.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}

/**
 * Proves the first images of CIFAR-10's evaluation set.
 * @param folder of a classifier for them
 * @param normalise how its input is normalised, as on the command line
 */
export async function proofFigures(
  folder: string,
  normalise: string | undefined,
  images: number,
): Promise<ProofFigures> {
  const model = (await openModel(folder, normalise ? { normalise: normalise as "0-1" } : {})) as Classifier;
  const held = heldVerdicts(folder);
  const counts = { misclassified: 0, proved: 0, broken: 0, unknown: 0 };
  const seconds: number[] = [];
  let differing = 0;
  for (let index = 0; index < images; index++) {
    const { image, label } = evaluationImage(evaluationFile(), index);
    const options = { label: model.manifest.labels[label] ?? null };
    const begin = processorClock();
    const { status } = await prove(model, image, options);
    counts[status]++;
    if (status !== "misclassified") seconds.push(processorClock() - begin);
    const verdict = held?.[index];
    if (verdict !== undefined && verdict !== status) differing++;
    process.stderr.write(`\r${index + 1}/${images} images`);
  }
  process.stderr.write("\n");
  return {
    classifier: folder,
    images,
    ...counts,
    mean: seconds.reduce((sum, each) => sum + each, 0) / seconds.length,
    worst: Math.max(...seconds),
    differing: held && differing,
  };
}
