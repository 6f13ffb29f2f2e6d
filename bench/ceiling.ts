/** What this processor can do at most: multiply-adds of f32 a second in WebAssembly's SIMD, with everything in registers. */
import asc from "assemblyscript/asc";
import type { Contestant } from "./measure.ts";

const ITERATIONS = 1_000_000;
/** Sums of four lanes: so many that none waits for itself. */
const SUMS = Array.from("abcdefghijkl");
const LANES = SUMS.length * 4;

const SOURCE = `
export function spin(iterations: i32, x: f32, y: f32): f32 {
  const u = f32x4.splat(x);
  const v = f32x4.splat(y);
  ${SUMS.map((name) => `let ${name} = f32x4.splat(x);`).join(" ")}
  for (let turn = 0; turn < iterations; turn++) {
    ${SUMS.map((name) => `${name} = f32x4.add(v, f32x4.mul(u, ${name}));`).join(" ")}
  }
  return f32x4.extract_lane(${SUMS.reduce((sum, name) => `f32x4.add(${sum}, ${name})`)}, 0);
}`;

/** Multiply-adds at the ceiling. */
export async function ceiling(): Promise<Contestant> {
  const options = { optimizeLevel: 3, enable: "simd", runtime: "stub" } as const;
  const { binary, stderr } = await asc.compileString(SOURCE, options);
  if (binary === null) throw new Error(stderr.toString());
  const { instance } = await WebAssembly.instantiate(new Uint8Array(binary), {});
  const spin = instance.exports.spin as (iterations: number, x: number, y: number) => number;
  return {
    name: "ceiling",
    work: () => {
      spin(ITERATIONS, 0.5, 0.5);
      return ITERATIONS * LANES;
    },
  };
}
