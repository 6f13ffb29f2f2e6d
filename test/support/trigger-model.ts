/** A network that one colour of one pixel fools, and no other. */
import { type OnnxNode, type OnnxTensor, writeOnnx } from "./onnx-writer.ts";
import { node } from "./small-graph.ts";

/** The pixel and the colour. */
export const TRIGGER = { x: 5, y: 2, colour: [201, 77, 140] } as const;

const tensor = (name: string, dims: readonly number[], data: readonly number[]): OnnxTensor => ({
  name,
  dims,
  data: Float32Array.from(data),
});

/**
 * For images of 8 × 6 pixels, as bytes: the label "a" has the score 1, and "b" has `strength` if the pixel at (5, 2) has exactly
 * the colour (201, 77, 140), else 0.
 */
export function triggerModel(strength: number): Uint8Array {
  const { x, y, colour } = TRIGGER;
  // Above and below the colour, for each channel.
  const away = colour.flatMap((_, channel) =>
    [1, -1].map((sign) => [0, 1, 2].map((i) => (i === channel ? sign : 0))),
  );
  const shift = colour.flatMap((value) => [-value, value]);
  const pixel = Array.from({ length: 48 * 3 }, (_, i) => (i === (y * 8 + x) * 3 + 1 ? strength : 0));
  const nodes: OnnxNode[] = [
    node("Conv", ["image", "away", "shift"], "distances"),
    node("Relu", ["distances"], "sizes"),
    node("Conv", ["sizes", "minus", "one"], "near"),
    node("Relu", ["near"], "trigger"),
    node("Flatten", ["trigger"], "flat"),
    node("Gemm", ["flat", "pixel", "scores"], "logits"),
    node("Softmax", ["logits"], "output", { axis: { int: 1 } }),
  ];
  const initialisers = [
    tensor("away", [6, 3, 1, 1], away.flat()),
    tensor("shift", [6], shift),
    tensor("minus", [1, 6, 1, 1], new Array<number>(6).fill(-1)),
    tensor("one", [1], [1]),
    tensor("pixel", [48, 3], pixel),
    tensor("scores", [3], [1, 0, 0]),
  ];
  const inputs = [{ name: "image", dims: ["batch", 3, 6, 8] }];
  const outputs = [{ name: "output", dims: ["batch", 3] }];
  return new Uint8Array(writeOnnx({ inputs, outputs, initialisers, nodes }));
}
