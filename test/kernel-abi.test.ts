/** The kernel's exports against their documentation, and the SIMD that its speed depends on. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const wat = readFileSync("build/kernel.wat", "utf8");

test("docs/kernel-abi.md names every export, and no other", () => {
  const kernel = new WebAssembly.Module(readFileSync("build/kernel.wasm"));
  const exported = WebAssembly.Module.exports(kernel).map(({ name }) => name);
  const documented = readFileSync("docs/kernel-abi.md", "utf8");
  const calls = [...documented.matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map(([, name]) => name!);
  expect(exported.filter((name) => !calls.includes(name))).toEqual([]);
  const called = [...documented.matchAll(/`(\w+)\([^`]*\)`/g)].map(([, name]) => name!);
  expect(called.filter((name) => !exported.includes(name))).toEqual([]);
});

test("the kernel imports nothing", () => {
  expect(WebAssembly.Module.imports(new WebAssembly.Module(readFileSync("build/kernel.wasm")))).toEqual([]);
});

/** The text of each function of the module, by the name that asc gives it. */
const functions = new Map(
  wat.split(/^ (?=\(func \$)/m).map((text) => [/^\(func \$"?([^\s"]+)/.exec(text)?.[1] ?? "", text]),
);
const simdIn = (name: string) => (functions.get(name)?.match(/\b(f32x4|v128)\.\w+/g) ?? []).length;

/** At least four fifths of the instructions of the kernel when this was written. */
test.each([
  ["assembly/inference/convolution/addBlocks", 63],
  ["assembly/inference/gather/gatherWindows<u8>", 12],
  ["assembly/inference/dense/addGroup<u64,u8>", 32],
  ["assembly/inference/dense/addGroup<u32,u16>", 30],
  ["assembly/inference/depthwise/convolveDepthwise", 24],
  ["assembly/inference/activations/activate", 18],
  ["assembly/inference/finish/activateAndList", 22],
  ["assembly/inference/operations/pool/poolBy<f32>", 20],
  ["assembly/inference/query/compute", 11],
  ["assembly/search/score-map/choose", 16],
])("%s is made of at least %i SIMD instructions", (name, least) => {
  expect(simdIn(name)).toBeGreaterThanOrEqual(least);
});

test("no instruction is of relaxed SIMD, whose results differ by processor", () => {
  expect(wat).not.toMatch(/relaxed/);
});
