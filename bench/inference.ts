/** Queries a second on the shipped classifier, and how long it takes to compile. */
import { evaluationImage } from "../src/core/audit/evaluation-set.ts";
import { compilePlan } from "../src/core/compiler/compile.ts";
import type { InferencePlan } from "../src/core/kernel/plan.ts";
import { evaluationFile, nodeRegistry } from "../src/node/services.ts";
import { incremental, onnxruntimeNode, onnxruntimeWeb } from "./contestants.ts";
import { type Contestant, type Figure, median } from "./measure.ts";

const IMAGES = 8;
const COMPILATIONS = 20;

const classifier = nodeRegistry().default;
const { manifest } = classifier;
const onnx = new Uint8Array(await classifier.onnx());

function compiled(): InferencePlan {
  const compilation = compilePlan(onnx, manifest);
  if ("unsupported" in compilation) throw new Error(`The model ${compilation.unsupported}.`);
  return compilation.plan;
}

/** What answers queries; onnxruntime-web, the reference, comes first. */
export async function queryContestants(): Promise<Contestant[]> {
  const plan = compiled();
  const file = evaluationFile();
  const images = Array.from({ length: IMAGES }, (_, i) => evaluationImage(file, i).image);
  const through = (name: string, pixels: number) =>
    incremental(`queries/incremental/${name}`, classifier, plan, images, pixels);
  return [
    await onnxruntimeWeb("queries/onnxruntime-web", classifier),
    await onnxruntimeNode("queries/onnxruntime-node", classifier),
    ...[1, 3, 5, 16, 273].map((pixels) => through(`k${pixels}`, pixels)),
    through("dense", manifest.input.width * manifest.input.height),
  ];
}

/** How often a second the model could be compiled: the median of some compilations. */
export function compilationFigure(): Figure {
  const times = Array.from({ length: COMPILATIONS }, () => {
    const start = performance.now();
    compiled();
    return performance.now() - start;
  });
  return { name: "plan", perSecond: 1000 / median(times), ratio: null, share: null };
}
