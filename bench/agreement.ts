/**
 * Checks that incremental inference agrees with onnxruntime and with itself, on the shipped classifiers and on those of
 * folders, on images of the evaluation set in the size of each. One line a classifier; it fails if one disagrees.
 *
 *     npm run bench:agreement -- [FOLDER …] [--candidates 2000] [--images 8]
 */
import { parseArgs } from "node:util";
import type { Classifier } from "../src/core/model/classifier.ts";
import { kernelModule } from "../src/node/services.ts";
import { agreementOf, MOST_DIFFERENCE, PIXELS } from "./agreement/check.ts";
import { classifiersOf, imagesFor } from "./models.ts";

const { values, positionals } = parseArgs({
  options: {
    candidates: { type: "string", default: "2000" },
    images: { type: "string", default: "8" },
  },
  allowPositionals: true,
});
const [candidates, images] = [Number(values.candidates), Number(values.images)];
if (![candidates, images].every((count) => Number.isInteger(count) && count > 0)) {
  console.error("--candidates and --images must be whole numbers above 0.");
  process.exit(2);
}

/** A line about a classifier, and whether it agrees or is not for the incremental engine. */
async function check(classifier: Classifier): Promise<readonly [isGood: boolean, line: string]> {
  const compiled = await classifier.compile();
  if ("unsupported" in compiled) {
    return [true, `onnxruntime alone, because the model ${compiled.unsupported}`];
  }
  const shown = imagesFor(classifier, images);
  const each = Math.ceil(candidates / images / PIXELS.length);
  const found = await agreementOf(classifier, compiled.plan, kernelModule(), shown, each);
  const isGood = found.difference <= MOST_DIFFERENCE && found.unequal === 0;
  const line =
    `${isGood ? "agrees" : "DISAGREES"}: ${images} images differ from onnxruntime by at most ` +
    `${found.difference.toExponential(1)}; ${found.unequal} of ${found.candidates} candidates have other bits than a full pass`;
  return [isGood, line];
}

for (const [id, load] of classifiersOf(positionals)) {
  try {
    const [isGood, line] = await check(await load());
    if (!isGood) process.exitCode = 1;
    console.log(`${id}: ${line}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`${id}: not checked: ${error instanceof Error ? error.message : error}`);
  }
}
