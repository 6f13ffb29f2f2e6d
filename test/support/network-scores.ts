/** What onnxruntime-web computes with a network's file. */
import { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { Raster } from "../../src/core/image/raster.ts";
import type { InputFormat } from "../../src/core/model/manifest.ts";
import { renderTensor } from "../../src/core/model/tensor.ts";
import { nodeRuntime } from "../../src/node/models.ts";

const runtime = nodeRuntime();

/** A network whose output is asked for as it is, without a softmax. */
export async function networkScores(onnx: Uint8Array, input: InputFormat) {
  await runtime.start();
  // Not by runtime.open(): it would print a warning for every constant that onnxruntime folds.
  const session = await InferenceSession.create(onnx, { logSeverityLevel: 3 });
  const { width, height, channels, layout } = input;
  const dims = layout === "NCHW" ? [1, channels, height, width] : [1, height, width, channels];
  return {
    release: () => session.release(),
    async of(image: Raster): Promise<Float32Array> {
      const tensor = new Tensor("float32", renderTensor(image, input), dims);
      const outputs = await runtime.exclusive(() => session.run({ image: tensor }));
      return Float32Array.from(outputs[session.outputNames[0]!]!.data as Float32Array);
    },
  };
}
