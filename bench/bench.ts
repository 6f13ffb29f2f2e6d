/**
 * What the documents claim, measured side by side in one run.
 *
 *   npm run bench                              a table
 *   npm run bench -- --models FOLDER           the same kind of table for the shipped classifiers and those of a folder
 *   npm run bench -- --json [--models FOLDER]  an array of { name, perSecond, ratio, share, mebibytes }
 *   npm run bench -- proofs --models FOLDER --normalise 0-1 --images 100
 *                                              one-pixel proofs of CIFAR-10's first test images, for one classifier
 */
import { parseArgs } from "node:util";
import { attackContestants, withKernelShare } from "./attack.ts";
import { httpFigures } from "./http.ts";
import { compilationFigure, queryContestants } from "./inference.ts";
import { mapFigures } from "./map.ts";
import { compare, type Figure } from "./measure.ts";
import { modelFigures } from "./models.ts";
import { proofFigures } from "./proofs.ts";

async function allFigures(): Promise<Figure[]> {
  const measured = await compare([...(await queryContestants()), ...attackContestants()]);
  return [
    ...withKernelShare(measured),
    ...(await mapFigures()),
    compilationFigure(),
    ...(await httpFigures()),
  ];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean" },
    models: { type: "string" },
    normalise: { type: "string" },
    images: { type: "string", default: "100" },
  },
});
if (positionals[0] === "proofs") {
  const { models = "models/cifar10-resnet8", normalise, images } = values;
  const proofs = await proofFigures(models, normalise, Number(images));
  if (values.json) console.log(JSON.stringify(proofs, null, 1));
  else console.table(proofs);
  process.exit();
}
const figures = await (values.models === undefined ? allFigures() : modelFigures(values.models));

if (values.json) {
  console.log(JSON.stringify(figures, null, 1));
} else {
  console.table(
    figures.map(({ name, perSecond, ratio, share, mebibytes }) => ({
      name,
      "per second": Number(perSecond.toPrecision(4)),
      "ms each": Number((1000 / perSecond).toPrecision(3)),
      ratio: ratio === null ? "" : ratio.toFixed(3),
      share: share === null ? "" : `${(share * 100).toFixed(2)} %`,
      ...(mebibytes === undefined ? {} : { MiB: mebibytes?.toFixed(2) ?? "" }),
    })),
  );
}
