import { readFileSync } from "node:fs";
import { Tensor } from "onnxruntime-web/wasm";
import { expect, test } from "vitest";
import { greyOnnx } from "../../../test/support/grey-model.ts";
import { nodeRuntime } from "../../node/models.ts";
import { readMessages } from "./messages.ts";
import { weightsApart } from "./weights-apart.ts";

const shipped = new Uint8Array(readFileSync("models/cifar10-resnet8/model.onnx"));

test("large weights are named by their place in the file, the rest stays", () => {
  const { onnx, externalData } = weightsApart(shipped);
  expect(externalData).toEqual([{ path: "weights", data: shipped }]);
  expect(onnx.length).toBeLessThan(shipped.length / 10);
  const [apart, whole] = [onnx, shipped].map((file) => readMessages(file).graph!);
  expect({ ...apart, initializers: [] }).toEqual({ ...whole, initializers: [] });
  expect(apart!.initializers.length).toBe(whole!.initializers.length);
  let large = 0;
  for (const [i, { raw, external, ...rest }] of apart!.initializers.entries()) {
    const { raw: bytes, external: _, ...original } = whole!.initializers[i]!;
    expect(rest).toEqual(original);
    if (external === undefined) expect(raw).toEqual(bytes);
    else {
      const offset = Number(external.get("offset"));
      expect(shipped.subarray(offset, offset + Number(external.get("length")))).toEqual(bytes);
      large++;
    }
  }
  expect(large).toBeGreaterThan(5);
});

test("a file within a larger buffer is read from its own start", () => {
  const within = new Uint8Array(shipped.length + 100);
  within.set(shipped, 100);
  expect(weightsApart(within.subarray(100)).onnx).toEqual(weightsApart(shipped).onnx);
});

test("files without large weights, cut off or no models at all stay as they are", () => {
  const cut = shipped.slice(0, shipped.length - 1);
  for (const file of [new Uint8Array(greyOnnx()), cut, shipped.slice(0, 20_000), Uint8Array.of(255, 255)]) {
    expect(weightsApart(file)).toEqual({ onnx: file, externalData: [] });
  }
});

test("a session of either gives the same bits", async () => {
  const runtime = nodeRuntime();
  const input = Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => Math.sin(i));
  const feeds = { image: new Tensor("float32", input, [1, 3, 32, 32]) };
  const outputs = await runtime.exclusive(async () => {
    const { InferenceSession } = await import("onnxruntime-web/wasm");
    const sessions = [await runtime.open(shipped.buffer), await InferenceSession.create(shipped)];
    return Promise.all(
      sessions.map(async (session) => {
        const [input] = session.inputNames;
        const output = await session.run({ [input!]: feeds.image });
        return output[session.outputNames[0]!]!.data;
      }),
    );
  });
  expect(outputs[0]).toEqual(outputs[1]);
});
