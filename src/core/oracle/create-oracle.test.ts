import { describe, expect, test } from "vitest";
import { evaluationFile, kernelModule, nodeRegistry } from "../../node/services.ts";
import { type AttackInput, OptionError, resolveOptions } from "../attack/options/options.ts";
import { attack } from "../attack/run.ts";
import { evaluationImage } from "../audit/evaluation-set.ts";
import { KernelMemoryError } from "../kernel/memory.ts";
import type { InferencePlan } from "../kernel/plan.ts";
import type { Classifier } from "../model/classifier.ts";
import { createOracle, OracleError, type OracleOptions } from "./create-oracle.ts";
import { defaultOracle } from "./default-oracle.ts";
import { priceOfQuery } from "./price.ts";

const classifier = nodeRegistry().default;
const module = kernelModule();
const { image } = evaluationImage(evaluationFile(), 0);

function run(input: AttackInput, subject: Classifier = classifier) {
  const { labels, input: shape } = classifier.manifest;
  const settings = resolveOptions(input, { ...shape, labels, maxBudget: 100_000 });
  return attack({ classifier: subject, kernelModule: module, image, settings });
}

/** The same classifier, if its graph had an operator that is not supported. */
const unsupported: Classifier = {
  ...classifier,
  compile: async () => ({ unsupported: 'has the operator "Erf"' }),
};

/** The same classifier, as if its plan had been compiled wrongly. */
const astray: Classifier = {
  ...classifier,
  probabilities: async (raster) => (await classifier.probabilities(raster)).map((p) => p * 0.999),
};

test("incremental inference is the default, and onnxruntime confirms its result", async () => {
  const result = await run({ pixels: 5 });
  expect(result).toMatchObject({ engine: "incremental", status: "fooled", verified: true });
});

test("both engines find the same, with the same number of queries", async () => {
  const incremental = await run({ pixels: 3, search: "de", budget: 600, engine: "incremental" });
  const reference = await run({ pixels: 3, search: "de", budget: 600, engine: "onnxruntime" });
  const { engine: _one, settings: _first, ...found } = incremental;
  const { engine: _other, settings: _second, ...expected } = reference;
  expect(reference.engine).toBe("onnxruntime");
  expect(found).toEqual(expected);
});

test("an unsupported operator is attacked through onnxruntime, with the reason", async () => {
  expect((await run({ budget: 32 }, unsupported)).engine).toBe("onnxruntime");
  expect(await defaultOracle(unsupported, module)).toEqual({
    engine: "onnxruntime",
    reason: 'has the operator "Erf"',
  });
  await expect(run({ budget: 32, engine: "incremental" }, unsupported)).rejects.toThrow(OptionError);
});

test("a plan that disagrees with onnxruntime on the clean image is not used", async () => {
  expect((await run({ budget: 32 }, astray)).engine).toBe("onnxruntime");
  expect((await defaultOracle(astray, module)).reason).toMatch(/differs from onnxruntime by/);
  await expect(run({ budget: 32, engine: "incremental" }, astray)).rejects.toThrow(/differs/);
});

test("the shipped classifier is for incremental inference", async () => {
  expect(await defaultOracle(classifier, module)).toEqual({ engine: "incremental", reason: null });
});

test("a trial that failed is not remembered: the next request tries again", async () => {
  let loads = 0;
  const starting: Classifier = {
    ...classifier,
    probabilities: (raster) => {
      loads++;
      return loads === 1 ? Promise.reject(new Error("not yet")) : classifier.probabilities(raster);
    },
  };
  const tests = Array.from({ length: 3 }, () => defaultOracle(starting, module));
  const [first, ...others] = await Promise.allSettled(tests);
  expect(first).toMatchObject({ status: "rejected", reason: new Error("not yet") });
  for (const other of others) expect(other).toMatchObject({ value: { engine: "incremental", reason: null } });
  expect(await defaultOracle(starting, module)).toEqual({ engine: "incremental", reason: null });
  expect(loads).toBe(2);
});

const clean = await classifier.probabilities(image);
const compiled = await classifier.compile();
if ("unsupported" in compiled) throw new Error(compiled.unsupported);
const { plan } = compiled;

describe("an engine", () => {
  const options = {
    classifier,
    module,
    image,
    pixels: 1,
    budget: 100,
    search: { search: "random" as const },
    engine: null,
    clean,
    ties: { left: 0 },
  };
  const engine = (changes: Partial<OracleOptions> = {}) => createOracle({ ...options, ...changes });
  /** The shipped classifier with another plan. */
  const planned = (changes: Partial<InferencePlan>): Classifier => ({
    ...classifier,
    compile: async () => ({ plan: { ...plan, ...changes } }),
  });
  const encoded = Uint32Array.of(5, 0xff00ff);
  const candidates = (count: number) => ({ count, pixels: 1, encoded: new Uint32Array(2 * count) });

  test("whose plan does not fit into the kernel's memory is onnxruntime, or refused", async () => {
    const large = planned({ room: (pixels) => ({ ...plan.room(pixels), bytes: 2 ** 30 }) });
    const { oracle, kernel } = await engine({ classifier: large });
    expect(oracle.engine).toBe("onnxruntime");
    expect(kernel).not.toHaveProperty("infer");
    const refused = () => engine({ classifier: large, engine: "incremental" });
    await expect(refused).rejects.toThrow(OracleError);
    await expect(refused).rejects.toThrow(
      "needs more memory, together with this search, than a kernel may use",
    );
    await expect(refused).rejects.toMatchObject({
      name: "OracleError",
      code: "unsupported-engine",
      field: "engine",
    });
  });

  test("that does not fit without a plan, either, is an error of memory", async () => {
    const search = { search: "corners" } as const;
    const manifest = {
      ...classifier.manifest,
      input: { ...classifier.manifest.input, width: 1024, height: 1024 },
    };
    const large = { width: 1024, height: 1024, channels: 3, data: new Uint8Array(3 * 2 ** 20) } as const;
    const changes = { classifier: { ...unsupported, manifest }, image: large, search };
    await expect(engine(changes)).rejects.toThrow(KernelMemoryError);
  });

  test("with a plan for other images is an error, not onnxruntime in silence", async () => {
    const other = planned({ image: { ...compiled.plan.image, height: 16 } });
    await expect(engine({ classifier: other })).rejects.toThrow(RangeError);
  });

  test("is incremental where it agrees within 1e-4 in every probability, not beyond", async () => {
    const off = (by: number) => clean.map((value, label) => (label === 4 ? value + by : value));
    expect((await engine({ clean: off(0.9e-4) })).oracle.engine).toBe("incremental");
    expect((await engine({ clean: off(-0.9e-4) })).oracle.engine).toBe("incremental");
    expect((await engine({ clean: off(1.1e-4) })).oracle.engine).toBe("onnxruntime");
    expect((await engine({ clean: off(-1.1e-4) })).oracle.engine).toBe("onnxruntime");
    await expect(engine({ clean: off(0.25), engine: "incremental" })).rejects.toThrow(
      "differs from onnxruntime by 0.25 in a probability of the clean image",
    );
  });

  test("is onnxruntime where that is asked for", async () => {
    expect((await engine({ engine: "onnxruntime" })).oracle.engine).toBe("onnxruntime");
    expect((await engine({ engine: "incremental" })).oracle.engine).toBe("incremental");
  });

  test.each([null, "onnxruntime"] as const)("(%s) answers a candidate as onnxruntime does", async (name) => {
    const { oracle } = await engine({ engine: name });
    const data = image.data.slice();
    data.set([255, 0, 255], 15);
    const expected = await classifier.probabilities({ ...image, data });
    const row = await oracle.query({ count: 1, pixels: 1, encoded });
    for (const [label, value] of expected.entries()) expect(row[label]).toBeCloseTo(value, 5);
    const returned = await oracle.confirm(encoded);
    expect(returned.image.data).toEqual(data);
    expect(returned.probabilities).toEqual(expected);
  });

  test("takes chunks of 16 candidates, of one where an image is large", async () => {
    const { kernel } = await engine();
    expect(kernel.render(candidates(16))).toHaveLength(16 * 3072);
    expect(() => kernel.render(candidates(17))).toThrow(RangeError);
    const sized = async (width: number, height: number) => {
      const manifest = { ...classifier.manifest, input: { ...classifier.manifest.input, width, height } };
      const raster = { width, height, channels: 3, data: new Uint8Array(width * height * 3) } as const;
      return (await engine({ classifier: { ...unsupported, manifest }, image: raster })).kernel;
    };
    // 1,048,576 floats a chunk: 393,216 a candidate of the first, 3,145,728 of the second.
    const wide = await sized(512, 256);
    expect(wide.render(candidates(2))).toHaveLength(2 * 393_216);
    expect(() => wide.render(candidates(3))).toThrow(RangeError);
    const square = await sized(1024, 1024);
    expect(square.render(candidates(1))).toHaveLength(3 * 2 ** 20);
    expect(() => square.render(candidates(2))).toThrow(RangeError);
  });

  test("pauses after about 120 million multiply-adds for one pixel, after 75 for more or through onnxruntime", async () => {
    for (const [changes, work] of [
      [{ pixels: 1 }, 120],
      [{ pixels: 2 }, 75],
      [{ pixels: 40 }, 75],
      [{ pixels: 1, engine: "onnxruntime" }, 75],
      [{ pixels: 1, classifier: unsupported }, 75],
    ] as [Partial<OracleOptions> & { pixels: number }, number][]) {
      const { slice, oracle } = await engine(changes);
      const price = priceOfQuery(changes.classifier ?? classifier, oracle.engine, changes.pixels);
      const most = oracle.engine === "incremental" ? 64 : 16;
      expect(slice).toBe(Math.min(Math.floor(work / price), most));
    }
    const costs = (multiplyAdds: number): Classifier => ({
      ...classifier,
      cost: () => ({ tensors: [{ multiplyAdds, touched: 1 }] }),
    });
    expect((await engine({ classifier: costs(1) })).slice).toBe(64);
    expect((await engine({ classifier: costs(1), engine: "onnxruntime" })).slice).toBe(16);
    expect((await engine({ classifier: costs(1e9) })).slice).toBe(1);
    expect((await engine({ classifier: costs(1e9), engine: "onnxruntime" })).slice).toBe(1);
  });
});
