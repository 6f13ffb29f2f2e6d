/** What answers queries about a classifier: onnxruntime-web, onnxruntime-node with one thread, and incremental inference. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Raster } from "../src/core/image/raster.ts";
import type { Candidates } from "../src/core/kernel/candidates.ts";
import { createInference } from "../src/core/kernel/inference.ts";
import { instantiate } from "../src/core/kernel/instance.ts";
import type { InferencePlan } from "../src/core/kernel/plan.ts";
import type { Classifier } from "../src/core/model/classifier.ts";
import { kernelModule } from "../src/node/services.ts";
import type { Contestant } from "./measure.ts";

const BATCHES = [1, 16, 64];
/** Candidates of one call, if they change one pixel; of more pixels fewer, but as many as a search asks for at once. */
const CANDIDATES = 64;
const CHUNK = 16;
/** Long enough to tell batch sizes apart. */
const TRIAL_SECONDS = 0.3;
/** A batch that takes longer is not tried. */
const LONGEST_BATCH_SECONDS = 1;

/** `count` candidates of `pixels` different positions, everywhere alike, colours at random. */
export function candidatesOf(classifier: Classifier, count: number, pixels: number): Candidates {
  const { width, height, channels } = classifier.manifest.input;
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
      sorted.flatMap((position) => [position, below(256 ** channels)]),
      i * pixels * 2,
    );
  }
  return { count, pixels, encoded };
}

/** The fastest of some batch sizes. */
async function atBestBatch(
  name: string,
  { manifest: { input } }: Classifier,
  batches: readonly number[],
  run: (tensor: Float32Array, count: number) => Promise<unknown>,
): Promise<Contestant> {
  const slot = input.width * input.height * input.channels;
  const tensor = new Float32Array(Math.max(...batches) * slot).fill(0.1);
  let best = { batch: 1, speed: 0 };
  for (const batch of batches) {
    if (best.speed > 0 && batch / best.speed > LONGEST_BATCH_SECONDS) break;
    const images = tensor.subarray(0, batch * slot);
    await run(images, batch);
    const start = performance.now();
    let done = 0;
    let elapsed = 0;
    do {
      await run(images, batch);
      done += batch;
      elapsed = (performance.now() - start) / 1000;
    } while (elapsed < TRIAL_SECONDS);
    if (done / elapsed > best.speed) best = { batch, speed: done / elapsed };
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

/** onnxruntime-web, at its best batch. */
export function onnxruntimeWeb(name: string, classifier: Classifier): Promise<Contestant> {
  return atBestBatch(name, classifier, BATCHES, (tensor, count) => classifier.classify(tensor, count));
}

/** onnxruntime-node with one thread, at its best batch. */
export async function onnxruntimeNode(name: string, classifier: Classifier): Promise<Contestant> {
  const { input: format, tensors } = classifier.manifest;
  const { width, height, channels } = format;
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session = await InferenceSession.create(new Uint8Array(await classifier.onnx()), options);
  const input = tensors?.input ?? session.inputNames[0]!;
  const metadata = session.inputMetadata.find((each) => each.name === input);
  const takesOne = metadata?.isTensor && metadata.shape[0] === 1;
  const shape = format.layout === "NCHW" ? [channels, height, width] : [height, width, channels];
  return atBestBatch(name, classifier, takesOne ? [1] : BATCHES, (tensor, count) =>
    session.run({ [input]: new Tensor("float32", tensor, [count, ...shape]) }),
  );
}

/** Incremental inference on several images in turn, since how much a ReLU leaves differs between images. */
export function incremental(
  name: string,
  classifier: Classifier,
  plan: InferencePlan,
  images: readonly Raster[],
  pixels: number,
): Contestant {
  const module = kernelModule();
  const count = Math.max(CHUNK, Math.ceil(CANDIDATES / pixels));
  const candidates = candidatesOf(classifier, count, pixels);
  const inferences = images.map((image) =>
    createInference(instantiate(module), plan, image, classifier.manifest.input, pixels),
  );
  let turn = 0;
  return {
    name,
    work: () => {
      inferences[turn++ % inferences.length]!.query(candidates);
      return count;
    },
  };
}
