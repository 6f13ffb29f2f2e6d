/** The compiler on models that are damaged at random, and on graphs that are put together at random. Seeds are fixed. */
import { expect, test, vi } from "vitest";
import { greyEntry, greyManifest } from "../../../test/support/grey-model.ts";
import { type OnnxAttribute, type OnnxNode, writeOnnx } from "../../../test/support/onnx-writer.ts";
import { nodeRegistry } from "../../node/services.ts";
import { type ModelEntry, modelInMemory } from "../model/entry.ts";

/** A generator that gives the same numbers everywhere (Mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) % below;
  };
}

/** What compiling comes to: "plan", or the first words of the reason. An error that nobody foresaw fails the test. */
async function outcome({ compile }: ModelEntry): Promise<string> {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const compilation = await compile();
  expect(log.mock.calls.flat()).toEqual([]);
  log.mockRestore();
  if ("plan" in compilation) return "plan";
  expect(compilation.unsupported.length).toBeLessThan(300);
  return compilation.unsupported.split(" ").slice(0, 3).join(" ");
}

/** The bytes with up to eight places changed, cut out or doubled. */
function mutate(onnx: ArrayBuffer, random: (below: number) => number): ArrayBuffer {
  let bytes = [...new Uint8Array(onnx)];
  for (let edits = 1 + random(8); edits > 0; edits--) {
    // Half of the edits hit the graph's structure, which an exporter writes first or last.
    const at = random(2)
      ? random(bytes.length)
      : (random(2) ? random(4096) : bytes.length - random(4096)) % bytes.length;
    const kind = random(6);
    if (kind === 0) bytes.splice(at, 1 + random(64));
    else if (kind === 1) bytes = [...bytes.slice(0, at), ...bytes.slice(Math.max(0, at - random(512)))];
    else bytes[at] = kind === 2 ? 0xff : random(256);
  }
  return Uint8Array.from(bytes).buffer;
}

test.each<[string, () => ModelEntry, number]>([
  ["the shipped model", () => nodeRegistry().default, 60],
  ["a small model", greyEntry, 3000],
])(
  "mutated copies of %s compile, or are attacked through onnxruntime with a reason",
  async (_, entryOf, count) => {
    const { manifest, onnx, sha256 } = entryOf();
    const bytes = await onnx();
    const outcomes = new Map<string, number>();
    for (let seed = 1; seed <= count; seed++) {
      const words = await outcome(modelInMemory(manifest, mutate(bytes, randomFrom(seed)), sha256));
      outcomes.set(words, (outcomes.get(words) ?? 0) + 1);
    }
    expect(outcomes.get("plan")).toBeGreaterThan(count / 50);
    expect(outcomes.get("has a file")).toBeGreaterThan(count / 50);
  },
);

const OPERATORS = [
  ..."Add AveragePool BatchNormalization Cast Clip Concat Constant Conv Div Dropout Flatten Gather Gemm".split(
    " ",
  ),
  ..."GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish Identity LeakyRelu MatMul MaxPool Mul".split(" "),
  ..."ReduceMean Relu Reshape Shape Sigmoid Slice Softmax Sqrt Squeeze Sub Transpose Unsqueeze".split(" "),
  ..."Pad Split ConstantOfShape Expand Range Where DequantizeLinear QuantizeLinear PRelu Elu Gelu Sign Neg Pow".split(
    " ",
  ),
  ..."constructor __proto__ toString Resize".split(" "),
];
const NAMES =
  "axes axis kernel_shape pads strides dilations group perm split alpha transB value_ints to auto_pad".split(
    " ",
  );

function randomModel(random: (below: number) => number): ArrayBuffer {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const size = () => pick([0, 1, 2, 3, 4, 28, -1, -2, 1 << 20, 2 ** 31, 2 ** 40]);
  const list = () => Array.from({ length: random(6) }, size);
  const attribute = (): OnnxAttribute =>
    pick([
      { int: size() },
      { ints: list() },
      { float: size() },
      { floats: list() },
      { string: "SAME_UPPER" },
    ]);
  const small = () => Array.from({ length: random(5) }, () => 1 + random(4));
  const initialisers = Array.from({ length: 8 }, (_, i) => {
    const dims = small();
    const length = dims.reduce((product, dim) => product * dim, 1);
    return random(3)
      ? { name: `w${i}`, dims, data: Float32Array.from({ length }, () => random(9) - 4) }
      : { name: `w${i}`, dims, data: BigInt64Array.from({ length }, () => BigInt(size())) };
  });
  const known = ["image", "image", "image", ...initialisers.map(({ name }) => name)];
  const nodes: OnnxNode[] = Array.from({ length: 1 + random(12) }, (_, i) => {
    const output = `x${i}`;
    const names = Array.from({ length: random(4) }, () => pick(NAMES));
    const node = {
      op: pick(OPERATORS),
      inputs: Array.from({ length: 1 + random(4) }, () => pick(known)),
      outputs: [output],
      attributes: Object.fromEntries(names.map((name) => [name, attribute()])),
    };
    known.push(output, output);
    return node;
  });
  const outputs = [{ name: nodes.at(-1)!.outputs[0]!, dims: [] }];
  return writeOnnx({ inputs: [{ name: "image", dims: ["batch", 28, 28, 1] }], outputs, initialisers, nodes });
}

test("graphs put together at random compile, or are attacked through onnxruntime with a reason", async () => {
  const outcomes = new Set<string>();
  for (let seed = 1; seed <= 2500; seed++) {
    outcomes.add(await outcome(greyEntry(greyManifest, randomModel(randomFrom(seed)))));
  }
  expect(outcomes.size).toBeGreaterThan(20);
});
