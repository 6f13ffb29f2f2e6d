/** A whole map, every pixel × every corner colour, through either engine. */

import { resolveMap } from "../src/core/attack/map/settings.ts";
import { mapPixels } from "../src/core/attack/map.ts";
import { evaluationImage } from "../src/core/audit/evaluation-set.ts";
import type { LocalEngine } from "../src/core/oracle/oracle.ts";
import { evaluationFile, kernelModule, nodeRegistry } from "../src/node/services.ts";
import { compare, type Figure } from "./measure.ts";

/** A map through onnxruntime takes seconds: few rounds will do. */
const ROUNDS = 3;

/** Queries a second of a map; the ratio is that to onnxruntime's. */
export function mapFigures(): Promise<Figure[]> {
  const classifier = nodeRegistry().default;
  const { labels, input } = classifier.manifest;
  const { image } = evaluationImage(evaluationFile(), 0);
  const module = kernelModule();
  const mapThrough = (engine: LocalEngine) => async () => {
    const settings = resolveMap({ engine }, { ...input, labels, maxBudget: 100_000 });
    return (await mapPixels({ classifier, kernelModule: module, image, settings })).cost.queries;
  };
  return compare(
    [
      { name: "map/onnxruntime", work: mapThrough("onnxruntime") },
      { name: "map/incremental", work: mapThrough("incremental") },
    ],
    { count: ROUNDS },
  );
}
