/** Queries a second of processor time, on the shipped classifiers and on those of a folder. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { evaluationImage } from "../src/core/audit/evaluation-set.ts";
import type { Raster } from "../src/core/image/raster.ts";
import { stretch } from "../src/core/image/stretch.ts";
import { createInference } from "../src/core/kernel/inference.ts";
import { instantiate } from "../src/core/kernel/instance.ts";
import type { InferencePlan } from "../src/core/kernel/plan.ts";
import type { Classifier } from "../src/core/model/classifier.ts";
import { openModel, UnknownNormalisation } from "../src/node/open-model.ts";
import { evaluationFile, kernelModule, nodeRegistry } from "../src/node/services.ts";
import { incremental, onnxruntimeNode, onnxruntimeWeb } from "./contestants.ts";
import { type Contestant, compare, type Figure, processorClock } from "./measure.ts";

const IMAGES = 4;
const PIXELS = [1, 3, 5, 16];
const ROUNDS = { count: 5, seconds: 0.3, clock: processorClock };
const MEBIBYTE = 2 ** 20;

/** What was measured of a network: the share of an incremental query is that of the network's own dense pass. */
interface Measured {
  readonly figures: readonly Figure[];
  /** What else is known of it, for people. */
  readonly note: string;
}

/** The evaluation set's first images in the size of a classifier. */
export function imagesFor({ manifest }: Classifier, count = IMAGES): Raster[] {
  const file = evaluationFile();
  return Array.from({ length: count }, (_, i) => stretch(evaluationImage(file, i).image, manifest.input));
}

/** The largest difference between the kernel and onnxruntime-web in a probability of the clean images. */
async function differenceOf(classifier: Classifier, plan: InferencePlan, images: readonly Raster[]) {
  let largest = 0;
  for (const image of images) {
    const { clean } = createInference(instantiate(kernelModule()), plan, image, classifier.manifest.input, 1);
    const reference = await classifier.probabilities(image);
    for (const [label, value] of clean.entries()) {
      largest = Math.max(largest, Math.abs(value - reference[label]!));
    }
  }
  return largest;
}

/** The multiply-adds of a network, and what part of them one changed pixel reaches. */
function structureOf({ costs }: InferencePlan): { readonly multiplyAdds: number; readonly share: number } {
  const multiplyAdds = costs.reduce((sum, cost) => sum + cost.multiplyAdds, 0);
  const touched = costs.reduce((sum, cost) => sum + cost.multiplyAdds * cost.touched, 0);
  return { multiplyAdds, share: touched / multiplyAdds };
}

async function measure(id: string, classifier: Classifier): Promise<Measured> {
  const name = (what: string) => `queries/${id}/${what}`;
  const contestants: Contestant[] = [
    await onnxruntimeWeb(name("web"), classifier),
    await onnxruntimeNode(name("node"), classifier),
  ];
  const bytes: (number | null)[] = [null, null];
  const compiled = await classifier.compile();
  const plan = "plan" in compiled ? compiled.plan : undefined;
  let note = "unsupported" in compiled ? `onnxruntime alone, because the model ${compiled.unsupported}` : "";
  if (plan) {
    const images = imagesFor(classifier);
    const { width, height } = classifier.manifest.input;
    const { multiplyAdds, share } = structureOf(plan);
    const difference = await differenceOf(classifier, plan, images);
    note =
      `${(multiplyAdds / 1e6).toFixed(1)} million multiply-adds, structural share ${share.toFixed(3)}, ` +
      `differs from onnxruntime-web by ${difference.toExponential(0)}`;
    for (const pixels of PIXELS) {
      contestants.push(incremental(name(`k${pixels}`), classifier, plan, images, pixels));
      bytes.push(plan.room(pixels).bytes);
    }
    contestants.push(incremental(name("dense"), classifier, plan, images, width * height));
    bytes.push(plan.room(width * height).bytes);
  }
  const measured = await compare(contestants, ROUNDS);
  const dense = measured.at(-1)!;
  const figures = measured.map((figure, i) => {
    const plannedBytes = bytes[i]!;
    if (plannedBytes === null) return { ...figure, mebibytes: null };
    return { ...figure, share: dense.ratio! / figure.ratio!, mebibytes: plannedBytes / MEBIBYTE };
  });
  return { figures, note };
}

/** Opens a model; speed does not depend on the normalisation, so any will do where none is known. */
export async function openAny(folder: string): Promise<Classifier> {
  try {
    return (await openModel(folder)) as Classifier;
  } catch (error) {
    if (!(error instanceof UnknownNormalisation)) throw error;
    return (await error.choose(error.choices[0]!)) as Classifier;
  }
}

/** The shipped classifiers, and those of every folder in `folders` that holds a `model.onnx`, by name. */
export function classifiersOf(
  folders: readonly string[],
): (readonly [id: string, load: () => Promise<Classifier>])[] {
  const shipped = nodeRegistry().classifiers.map(
    (classifier) => [classifier.manifest.id, async () => classifier] as const,
  );
  const foreign = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((id) => existsSync(join(folder, id, "model.onnx")))
      .sort()
      .map((id) => [id, () => openAny(join(folder, id, "model.onnx"))] as const),
  );
  return [...shipped, ...foreign];
}

/**
 * The figures of the shipped classifiers and of those of a folder. What is known of a network beside its figures goes to
 * stderr, a line each: its structural share, or why the incremental engine refuses it.
 */
export async function modelFigures(folder: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [id, load] of classifiersOf([folder])) {
    try {
      const { figures: found, note } = await measure(id, await load());
      figures.push(...found);
      console.error(`${id}: ${note}`);
    } catch (error) {
      console.error(`${id}: not measured: ${error instanceof Error ? error.message : error}`);
    }
  }
  return figures;
}
