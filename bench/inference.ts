/** Queries a second: onnxruntime-web, onnxruntime-node with one thread, and incremental inference. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { evaluationImage } from "../src/core/audit/evaluation-set.ts";
import { compilePlan } from "../src/core/compiler/compile.ts";
import type { Candidates } from "../src/core/kernel/candidates.ts";
import { createInference } from "../src/core/kernel/inference.ts";
import { instantiate } from "../src/core/kernel/instance.ts";
import type { InferencePlan } from "../src/core/kernel/plan.ts";
import { evaluationFile, kernelModule, nodeRegistry } from "../src/node/services.ts";
import { type Contestant, type Figure, median } from "./measure.ts";

const BATCHES = [1, 16, 64];
const IMAGES = 8;
const COMPILATIONS = 20;

const classifier = nodeRegistry().default;
const { manifest } = classifier;
const { width, height, channels } = manifest.input;
const slot = width * height * channels;

function compiled(): InferencePlan {
  const compilation = compilePlan(new Uint8Array(classifier.onnx), manifest);
  if ("unsupported" in compilation) throw new Error(`The model ${compilation.unsupported}.`);
  return compilation.plan;
}

/** `count` candidates of `pixels` different positions, everywhere alike, colours at random. */
function candidatesOf(count: number, pixels: number): Candidates {
  let state = 1;
  const below = (bound: number): number => {
    // The generator of Numerical Recipes, whose high bits are good enough for a bench.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  const encoded = new Uint32Array(count * pixels * 2);
  for (let i = 0; i < count; i++) {
    const positions = new Set<number>();
    while (positions.size < pixels) positions.add(below(width * height));
    const sorted = [...positions].sort((a, b) => a - b);
    encoded.set(
      sorted.flatMap((position) => [position, below(2 ** 24)]),
      i * pixels * 2,
    );
  }
  return { count, pixels, encoded };
}

/** The fastest of some batch sizes. */
async function atBestBatch(
  name: string,
  run: (tensor: Float32Array, count: number) => Promise<unknown>,
): Promise<Contestant> {
  const tensor = new Float32Array(Math.max(...BATCHES) * slot).fill(0.1);
  let best = { batch: 0, speed: 0 };
  for (const batch of BATCHES) {
    await run(tensor.subarray(0, batch * slot), batch);
    const start = performance.now();
    for (let done = 0; done < 256; done += batch) await run(tensor.subarray(0, batch * slot), batch);
    const speed = 1 / (performance.now() - start);
    if (speed > best.speed) best = { batch, speed };
  }
  const { batch } = best;
  return {
    name,
    work: async () => {
      await run(tensor.subarray(0, batch * slot), batch);
      return batch;
    },
  };
}

async function onnxruntimeNode(): Promise<Contestant> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session = await InferenceSession.create(new Uint8Array(classifier.onnx), options);
  const [input = ""] = session.inputNames;
  const shape = manifest.input.layout === "NCHW" ? [channels, height, width] : [height, width, channels];
  return atBestBatch("queries/onnxruntime-node", (tensor, count) =>
    session.run({ [input]: new Tensor("float32", tensor, [count, ...shape]) }),
  );
}

/** Incremental inference on several images, since how much a ReLU leaves differs between images. */
function incremental(name: string, pixels: number): Contestant {
  const module = kernelModule();
  const plan = compiled();
  const file = evaluationFile();
  const count = Math.max(1, Math.ceil(64 / pixels));
  const candidates = candidatesOf(count, pixels);
  const inferences = Array.from({ length: IMAGES }, (_, i) =>
    createInference(instantiate(module), plan, evaluationImage(file, i).image, manifest.input),
  );
  return {
    name: `queries/incremental/${name}`,
    work: () => {
      for (const inference of inferences) inference.query(candidates);
      return count * IMAGES;
    },
  };
}

/** What answers queries; onnxruntime-web, the reference, comes first. */
export async function queryContestants(): Promise<Contestant[]> {
  return [
    await atBestBatch("queries/onnxruntime-web", (tensor, count) => classifier.classify(tensor, count)),
    await onnxruntimeNode(),
    ...[1, 3, 5, 16, 273].map((pixels) => incremental(`k${pixels}`, pixels)),
    incremental("dense", width * height),
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
