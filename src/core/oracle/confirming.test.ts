import { expect, test } from "vitest";
import { classifier as glare } from "../../../test/support/services.ts";
import type { Raster } from "../image/raster.ts";
import { createConfirmingOracle } from "./confirming.ts";
import { isNearTie } from "./near-tie.ts";
import type { Engine, Oracle } from "./oracle.ts";

const image: Raster = { width: 8, height: 8, channels: 3, data: new Uint8Array(192).fill(7) };
const rows = [0.9, 0.1, 0.501, 0.499, 0.2, 0.8, 0.4999, 0.5001];
const encoded = Uint32Array.of(3, 0xff0000, 9, 0x00ff00, 20, 0x0000ff, 63, 0x102030);
const candidates = { count: 4, pixels: 1, encoded };

function oracleOf(engine: Engine, isLate = false, left = 100) {
  const seen: Raster[] = [];
  const classifier = {
    ...glare,
    probabilities: async (raster: Raster) => {
      seen.push(raster);
      return Float32Array.of(0.25, 0.75);
    },
  };
  const inner: Oracle = {
    engine,
    query: () => (isLate ? Promise.resolve(Float32Array.from(rows)) : Float32Array.from(rows)),
  };
  const allowance = { left };
  return { oracle: createConfirmingOracle(inner, classifier, image, allowance), seen, allowance };
}

test.for([false, true])(
  "near ties get onnxruntime's row for their image, other rows stay",
  async (isLate) => {
    const { oracle, seen } = oracleOf("incremental", isLate);
    expect(await oracle.query(candidates)).toEqual(
      Float32Array.of(0.9, 0.1, 0.25, 0.75, 0.2, 0.8, 0.25, 0.75),
    );
    expect(seen.map(({ data }) => [...data.subarray(27, 30), ...data.subarray(189)])).toEqual([
      [0, 255, 0, 7, 7, 7],
      [7, 7, 7, 0x10, 0x20, 0x30],
    ]);
  },
);

test("near ties are counted, and what is left of those that may be decided runs out", async () => {
  const { oracle, allowance } = oracleOf("incremental", false, 3);
  expect([oracle.ties, oracle.isSpent]).toEqual([0, false]);
  await oracle.query(candidates);
  expect([oracle.ties, oracle.isSpent, allowance.left]).toEqual([2, false, 1]);
  await oracle.query(candidates);
  expect([oracle.ties, oracle.isSpent, allowance.left]).toEqual([4, true, -1]);
});

test("as many as may be decided can be", async () => {
  const { oracle } = oracleOf("incremental", false, 2);
  await oracle.query(candidates);
  expect([oracle.ties, oracle.isSpent]).toEqual([2, false]);
});

test("onnxruntime itself decides nothing twice and is never spent", async () => {
  const { oracle, allowance, seen } = oracleOf("onnxruntime", false, 0);
  await oracle.query(candidates);
  expect([oracle.ties, oracle.isSpent, allowance.left, seen.length]).toEqual([0, false, 0, 0]);
});

test("candidates of several pixels are looked up with all of them", async () => {
  const { oracle, seen } = oracleOf("incremental");
  await oracle.query({ count: 4, pixels: 2, encoded: Uint32Array.from({ length: 16 }, (_, at) => at) });
  // The second and the fourth of the rows nearly tie: pixels 4 and 6 with colours 5 and 7, pixels 12 and 14.
  const changed = seen.map(({ data }) =>
    Array.from({ length: 64 }, (_, place) => place).filter(
      (place) => data[place * 3 + 2] !== 7 || data[place * 3] === 0,
    ),
  );
  expect(changed).toEqual([
    [4, 6],
    [12, 14],
  ]);
});

test("rows without a near tie are there at once", () => {
  const { oracle, seen } = oracleOf("incremental");
  const sure: Oracle = { engine: "incremental", query: () => Float32Array.of(0.9, 0.1) };
  const answer = createConfirmingOracle(sure, glare, image, { left: 0 }).query({ ...candidates, count: 1 });
  expect(answer).toEqual(Float32Array.of(0.9, 0.1));
  expect(oracle.engine).toBe("incremental");
  expect(seen).toEqual([]);
});

test("onnxruntime itself is never in doubt", async () => {
  const { oracle, seen } = oracleOf("onnxruntime");
  expect(await oracle.query(candidates)).toEqual(Float32Array.from(rows));
  expect(seen).toEqual([]);
});

test("a candidate is confirmed in the image that is returned for it", async () => {
  for (const engine of ["incremental", "onnxruntime"] as const) {
    const { oracle, seen } = oracleOf(engine);
    const { png, image: decoded, probabilities } = await oracle.confirm(encoded.subarray(2, 4));
    expect(png.subarray(1, 4)).toEqual(new TextEncoder().encode("PNG"));
    expect([...decoded.data.subarray(24, 33)]).toEqual([7, 7, 7, 0, 255, 0, 7, 7, 7]);
    expect(probabilities).toEqual(Float32Array.of(0.25, 0.75));
    expect(seen).toEqual([decoded]);
  }
});

test.for<[readonly number[], boolean]>([
  [[0.5, 0.4951], true],
  [[0.4951, 0.5], true],
  [[0.5, 0.4949], false],
  [[0.1, 0.45, 0.1, 0.35], false],
  [[0.2, 0.2, 0.3, 0.299], true],
  [[1], false],
  // 1,000 labels: far less than 1 % apart counts by the share, twice 1e-4 by the difference.
  [[0.002, 0.00181, ...new Array(998).fill(0.000998)], true],
  [[0.0025, 0.00228, ...new Array(998).fill(0.000998)], false],
])("a near tie or not: %j", ([row, expected]) => {
  expect(isNearTie(Float32Array.from(row))).toBe(expected);
});
