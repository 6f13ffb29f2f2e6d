import { expect, test } from "vitest";
import { greyEntry, greyManifest, greyOnnx } from "../../../test/support/grey-model.ts";
import { modelOnDemand } from "./entry.ts";

function onDemand() {
  let reads = 0;
  const facts = {
    manifest: greyManifest,
    sha256: "0".repeat(64),
    bytes: 9,
    cost: { multiplyAdds: 7 },
  } as const;
  const model = modelOnDemand(facts, async () => {
    reads++;
    if (reads === 1) throw new Error("not yet");
    return greyOnnx();
  });
  return { model, reads: () => reads };
}

test("a model on demand tells its cost without being read", () => {
  const { model, reads } = onDemand();
  expect(model.cost()).toEqual({ multiplyAdds: 7 });
  expect(reads()).toBe(0);
});

test("its file is read once until it is compiled, and a read that failed again", async () => {
  const { model, reads } = onDemand();
  await expect(model.compile()).rejects.toThrow("not yet");
  const [onnx, same, compiled, again] = await Promise.all([
    model.onnx(),
    model.onnx(),
    model.compile(),
    model.compile(),
  ]);
  expect(same).toBe(onnx);
  expect(compiled).toHaveProperty("plan");
  expect(again).toBe(compiled);
  expect(await model.compile()).toBe(compiled);
  expect(reads()).toBe(2);
});

test("its file is not kept once it is compiled", async () => {
  const { model, reads } = onDemand();
  await expect(model.onnx()).rejects.toThrow("not yet");
  const before = await model.onnx();
  await model.compile();
  const after = await model.onnx();
  expect(after).not.toBe(before);
  expect(after).toEqual(before);
  expect(reads()).toBe(3);
});

test("a model in memory has the cost of its plan", async () => {
  const model = greyEntry();
  const compiled = await model.compile();
  if ("unsupported" in compiled) throw new Error(compiled.unsupported);
  expect(model.cost()).toEqual({ tensors: compiled.plan.costs });
});
