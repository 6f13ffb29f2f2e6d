import { describe, it } from "vitest";
import {
  kernelModule,
  kernelOptions,
  noise,
  paper,
  plainFormat,
} from "../../../test/support/kernel/fixtures.ts";
import type { KernelExports } from "./instance.ts";
import { createKernel, type KernelOptions } from "./kernel.ts";
import { KernelMemoryError } from "./memory.ts";

/** A kernel for the paper's attack, and the instance behind it. */
function kernelWithExports() {
  const instances: WebAssembly.Instance[] = [];
  const Instance = WebAssembly.Instance;
  WebAssembly.Instance = class extends Instance {
    constructor(module: WebAssembly.Module) {
      super(module);
      instances.push(this);
    }
  };
  try {
    const kernel = createKernel(kernelOptions());
    return { kernel, exports: instances[0]!.exports as unknown as KernelExports };
  } finally {
    WebAssembly.Instance = Instance;
  }
}

describe("kernel", () => {
  it("imports nothing", ({ expect }) => {
    expect(WebAssembly.Module.imports(kernelModule)).toEqual([]);
  });

  it("keeps the paper's attack on a CIFAR-10 image within 4 MiB", ({ expect }) => {
    const { exports } = kernelWithExports();
    expect(exports.memory.buffer.byteLength).toBeLessThanOrEqual(4 << 20);
  });

  const image = noise(8, 8, 3);
  it.for<[string, Partial<KernelOptions>, RegExp]>([
    ["no changed pixels", { pixels: 0 }, /pixels must be a whole number in 1…64/],
    ["more changed pixels than the image has", { image, pixels: 65 }, /pixels .* 1…64, but is 65/],
    ["half a pixel", { pixels: 1.5 }, /pixels/],
    ["an empty chunk", { chunk: 0 }, /chunk/],
    ["no budget", { budget: 0 }, /budget/],
    ["an endless budget", { budget: 1e9 }, /budget/],
    ["a chunk that needs gigabytes", { image: noise(1024, 1024, 3), chunk: 100 }, /64 MiB/],
    ["an image that is too wide", { image: noise(4097, 1, 1) }, /image width/],
    ["an image of too many pixels", { image: noise(1025, 1024, 1) }, /number of pixels in the image/],
    ["an image with missing samples", { image: { ...image, data: image.data.subarray(1) } }, /192 samples/],
    ["an image with four channels", { image: { ...image, channels: 4 as 3 } }, /1 or 3 channels/],
    ["a format for another number of channels", { format: plainFormat(1) }, /mean and std for 3/],
    ["a deviation of 0", { format: { ...plainFormat(3), std: [1, 0, 1] } }, /finite/],
    ["a population too small for three others", { search: { ...paper, population: 3 } }, /population .* 4…/],
    ["a negative number of generations", { search: { ...paper, generations: -1 } }, /generations/],
    [
      "a mutation range the wrong way round",
      { search: { ...paper, mutationFactor: [1, 0.5] } },
      /mutationFactor/,
    ],
    [
      "a mutation factor that is no number",
      { search: { ...paper, mutationFactor: [0, Number.NaN] } },
      /mutationFactor/,
    ],
    ["a crossover above 1", { search: { ...paper, crossover: 1.1 } }, /crossover/],
    [
      "an unknown strategy",
      { search: { ...paper, strategy: "rand2" as "rand1" } },
      /strategy must be one of/,
    ],
    ["corners of three pixels", { pixels: 3, search: { search: "corners" } }, /pixels must be 1, but is 3/],
    ["an unknown search", { search: { search: "annealing" as "corners" } }, /search must be one of/],
    [
      "populations beyond a kernel's memory",
      { image, pixels: 64, search: { ...paper, population: 10_000 }, budget: 4_000_000 },
      /more memory/,
    ],
  ])("refuses %s", ([, options, message], { expect }) => {
    const merged = { ...kernelOptions({ image }), ...options };
    const isMemory = message.source === "more memory";
    expect(() => createKernel(merged)).toThrow(isMemory ? KernelMemoryError : RangeError);
    expect(() => createKernel(merged)).toThrow(message);
  });

  it("refuses calls out of turn", ({ expect }) => {
    const kernel = createKernel(kernelOptions());
    expect(() => kernel.ask(1)).toThrow(/begin\(\) before ask\(\)/);
    expect(() => kernel.begin(-1)).toThrow(/seed/);
    expect(() => kernel.begin(2 ** 53)).toThrow(/seed/);
    kernel.begin(1);
    expect(() => kernel.ask(0)).toThrow(/limit/);
    expect(() => kernel.tell([1])).toThrow(/returned 0 candidates, but 1 losses/);
    kernel.ask(3);
    expect(() => kernel.ask(3)).toThrow(/call tell\(\)/);
    expect(() => kernel.begin(1)).toThrow(/called once/);
    expect(() => kernel.tell([1, 2])).toThrow(/returned 3 candidates, but 2 losses/);
    expect(() => kernel.tell([1, 2, Number.NaN])).toThrow(/Loss 2 is not a number/);
    kernel.tell([1, 2, Number.NEGATIVE_INFINITY]);
    expect(kernel.ask(3).count).toBe(3);
  });

  it("never asks more than the budget or the chunk", ({ expect }) => {
    const kernel = createKernel(kernelOptions({ budget: 10, chunk: 4 }));
    kernel.begin(1);
    const counts: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const { count } = kernel.ask(100);
      counts.push(count);
      kernel.tell(Array.from({ length: count }, () => 0));
    }
    expect(counts).toEqual([4, 4, 2, 0]);
  });

  it("notices the runtime's signal", ({ expect }) => {
    const { kernel, exports } = kernelWithExports();
    expect(kernel.signalled).toBe(false);
    new DataView(exports.memory.buffer).setUint32(exports.__instance_signal.value, 24, true);
    expect(kernel.signalled).toBe(true);
  });
});
