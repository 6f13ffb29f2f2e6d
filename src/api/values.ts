/** Values that several results share. */
import * as v from "valibot";

export const described = <const Schema extends v.GenericSchema>(schema: Schema, description: string) =>
  v.pipe(schema, v.description(description));

export const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
export const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
export const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const engine = v.picklist(["onnxruntime", "incremental"]);

/** The model that was queried. */
export const modelName = v.strictObject({ id: v.string(), sha256: described(sha256, "Of the ONNX file.") });

export const colour = v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/));

/** The pixels in which two images differ. */
export const changedPixels = v.array(v.strictObject({ x: whole, y: whole, from: colour, to: colour }));
