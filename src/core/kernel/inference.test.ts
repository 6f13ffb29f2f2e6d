import { expect, test } from "vitest";
import * as program from "../../../assembly/inference/program.ts";
import { kernelModule, kernelOptions, noise } from "../../../test/support/kernel/fixtures.ts";
import { type Generator, pcg32 } from "../../../test/support/kernel/reference-random.ts";
import { evaluationFile, nodeRegistry } from "../../node/services.ts";
import { evaluationImage } from "../audit/evaluation-set.ts";
import { compilePlan } from "../compiler/compile.ts";
import type { Raster } from "../image/raster.ts";
import type { Candidates } from "./candidates.ts";
import { createInference, type Inference } from "./inference.ts";
import { instantiate, type KernelExports } from "./instance.ts";
import { createKernel } from "./kernel.ts";
import type { InferencePlan } from "./plan.ts";

const classifier = nodeRegistry().get("cifar10-resnet8")!;
const { manifest } = classifier;
const plan = await planOf();
const image = evaluationImage(evaluationFile(), 0).image;

async function planOf(): Promise<InferencePlan> {
  const compiled = compilePlan(new Uint8Array(await classifier.onnx()), manifest);
  if ("unsupported" in compiled) throw new Error(compiled.unsupported);
  return compiled.plan;
}

/** The most pixels that a candidate changes here. */
const MOST_PIXELS = 64;

/** Inference with the place of its memory. */
function open(raster: Raster): { wasm: KernelExports; inference: Inference; arena: number } {
  const exports = instantiate(kernelModule);
  let arena = 0;
  const wasm = { ...exports, reserve: (bytes: number) => (arena = exports.reserve(bytes)) };
  const inference = createInference(wasm, plan, raster, manifest.input, MOST_PIXELS);
  return { wasm, inference, arena };
}

/** A coordinate that lies on a border of the image half of the time. */
function coordinate(random: Generator, size: number): number {
  const place = random.below(4);
  return place === 0 ? 0 : place === 1 ? size - 1 : random.below(size);
}

/** A candidate of `pixels` different positions, borders and corners more often than by chance. */
function candidate(random: Generator, pixels: number): Candidates {
  const positions = new Set<number>();
  while (positions.size < pixels) {
    // Enough tries at the border for small k; beyond that anywhere.
    const isAnywhere = positions.size > 16;
    const x = isAnywhere ? random.below(image.width) : coordinate(random, image.width);
    const y = isAnywhere ? random.below(image.height) : coordinate(random, image.height);
    positions.add(y * image.width + x);
  }
  const encoded = new Uint32Array(pixels * 2);
  [...positions]
    .sort((a, b) => a - b)
    .forEach((position, i) => {
      encoded[i * 2] = position;
      encoded[i * 2 + 1] = random.below(1 << 24);
    });
  return { count: 1, pixels, encoded };
}

function changed(raster: Raster, { pixels, encoded }: Candidates): Raster {
  const data = raster.data.slice();
  for (let i = 0; i < pixels; i++) {
    const colour = encoded[i * 2 + 1]!;
    data.set([colour >> 16, (colour >> 8) & 255, colour & 255], encoded[i * 2]! * 3);
  }
  return { ...raster, data };
}

const bits = (floats: Float32Array): string => new Uint32Array(floats.slice().buffer).join();

/** The clean state: every clean record and every address table. */
function cleanState(memory: WebAssembly.Memory, arena: number): Uint8Array[] {
  const encoded = new Int32Array(memory.buffer, arena, plan.room(MOST_PIXELS).bytes / 4);
  const field = (at: number, name: number): number => encoded[(at + name) / 4]!;
  const first = field(0, program.HEADER_TENSORS);
  return plan.tensors.flatMap(({ height, width }, i) => {
    const tensor = first + i * program.TENSOR_BYTES;
    expect(field(tensor, program.TENSOR_COUNT)).toBe(0);
    const isKept = field(tensor, program.TENSOR_KEPT) === 1;
    const clean = isKept ? height * width * field(tensor, program.TENSOR_RECORD) : 0;
    return [
      [program.TENSOR_CLEAN, clean] as const,
      [program.TENSOR_TABLE, field(tensor, program.TENSOR_TABLE_LENGTH) * 4] as const,
    ].map(([name, bytes]) => new Uint8Array(memory.buffer, arena + field(tensor, name), bytes));
  });
}

test("an incremental query has the bits of a full one, and leaves the clean state as it was", {
  timeout: 240_000,
}, () => {
  const random = pcg32(7n, 3n);
  const { wasm, inference, arena } = open(image);
  const full = open(image);
  const samples = new Uint8Array(full.wasm.memory.buffer, full.arena + plan.samplesOffset, image.data.length);
  const before = cleanState(wasm.memory, arena).map((bytes) => bytes.slice());
  for (let i = 0; i < 20_000; i++) {
    const query = candidate(random, i % 2 ? 1 + random.below(5) : 1 + random.below(64));
    const { data } = changed(image, query);
    samples.set(data);
    full.wasm.startInference(full.arena);
    const expected = new Float32Array(full.wasm.memory.buffer, full.wasm.inferred(0), plan.labels);
    const actual = inference.query(query);
    if (bits(actual) !== bits(expected)) expect.fail(`candidate ${i}: ${actual}, not ${expected}`);
    const after = cleanState(wasm.memory, arena);
    for (const [part, bytes] of after.entries()) {
      if (Buffer.compare(bytes, before[part]!) !== 0) expect.fail(`candidate ${i}: the clean state differs`);
    }
  }
});

test("agrees with onnxruntime-web within 1e-5", async () => {
  const random = pcg32(8n, 3n);
  const kernel = createKernel(kernelOptions({ image, pixels: 3, chunk: 50, format: manifest.input, plan }));
  for (let chunk = 0; chunk < 20; chunk++) {
    const encoded = Array.from({ length: 50 }, () => [...candidate(random, 3).encoded]).flat();
    const candidates = { count: 50, pixels: 3, encoded: Uint32Array.from(encoded) };
    const expected = await classifier.classify(kernel.render(candidates), 50);
    const actual = kernel.infer!(candidates);
    expect(actual).toHaveLength(expected.length);
    for (const [i, probability] of actual.entries()) {
      expect(Math.abs(probability - expected[i]!)).toBeLessThanOrEqual(1e-5);
    }
  }
});

test("the clean probabilities are those of the image", async () => {
  const { inference } = open(image);
  const expected = await classifier.probabilities(image);
  for (const [i, probability] of inference.clean.entries()) expect(probability).toBeCloseTo(expected[i]!, 5);
});

test("the kernel of one attack takes at most 5 MiB of memory, searches and all", () => {
  const memories: WebAssembly.Memory[] = [];
  const original = WebAssembly.Instance;
  WebAssembly.Instance = new Proxy(original, {
    construct(target, args) {
      const made = Reflect.construct(target, args) as WebAssembly.Instance;
      memories.push(made.exports.memory as WebAssembly.Memory);
      return made;
    },
  });
  try {
    createKernel(kernelOptions({ image, pixels: 5, chunk: 16, format: manifest.input, plan }));
  } finally {
    WebAssembly.Instance = original;
  }
  expect(memories).toHaveLength(1);
  expect(memories[0]!.buffer.byteLength).toBeLessThanOrEqual(5 * 2 ** 20);
});

test("a plan takes the less memory, the fewer pixels a candidate changes, and refuses more", () => {
  const sizes = [1, 5, 16, 64, 1024].map((pixels) => plan.room(pixels).bytes);
  expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b));
  expect(sizes[4]! - plan.content.length).toBeLessThan(2 * 2 ** 20);
  const query = () => open(image).inference.query(candidate(pcg32(9n, 3n), MOST_PIXELS + 1));
  expect(query).toThrow("A candidate may change 64 pixels here, not 65.");
});

test("refuses an image of another size", () => {
  expect(() => open(noise(31, 32, 3))).toThrow("made for images of 32×32×3, not 31×32×3");
});

test("a kernel without a plan does not infer, and one with a plan checks its candidates", () => {
  expect(createKernel(kernelOptions()).infer).toBeUndefined();
  const kernel = createKernel(kernelOptions({ image, format: manifest.input, plan }));
  const outside = { count: 1, pixels: 1, encoded: Uint32Array.of(1024, 0) };
  expect(() => kernel.infer!(outside)).toThrow("Position 1024 is outside the image.");
});
