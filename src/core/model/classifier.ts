/** A classifier that can be queried: images or tensors in, probabilities out. */

import { type InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { OnepixelError } from "../errors.ts";
import type { Raster } from "../image/raster.ts";
import type { ModelEntry } from "./entry.ts";
import type { Runtime } from "./runtime.ts";
import { softmax } from "./softmax.ts";
import { renderTensor } from "./tensor.ts";

/** A model behind a URL, of which only the predictions are known. */
export interface RemoteFacts {
  readonly protocol: string;
  /** Its URL, without user, password and query. */
  readonly url: string;
  /** Limitations of its responses so far, such as "returns only 5 of 10 labels". */
  readonly notes: readonly string[];
  /** The maximum number of queries sent before the first response is awaited, at least 1. */
  readonly parallel: number;
}

/** A model that can be queried: by onnxruntime-web locally, or behind a URL. */
export interface Classifier extends ModelEntry {
  /** Defined for a remote model. */
  readonly remote?: RemoteFacts;
  /**
   * Classifies a batch.
   * @param tensor count × channels × height × width floats (or height × width × channels, as the manifest's
   * layout says), already scaled; it must not change until the promise settles
   * @param count number of images, at least 1
   * @returns count × labels probabilities, one row per image
   * @throws ModelError if the model does not fit its manifest; RuntimeUnavailableError; RemoteError
   */
  classify(tensor: Float32Array, count: number): Promise<Float32Array>;
  /** The probability of each label for one image of the model's own size. @throws like `classify` */
  probabilities(image: Raster): Promise<Float32Array>;
}

/** A model that does not do what its manifest says. */
export class ModelError extends OnepixelError {
  override readonly name = "ModelError";

  constructor(message: string, options?: ErrorOptions) {
    super("invalid-model", message, { field: "model", cause: options?.cause });
  }
}

interface OpenModel {
  readonly session: InferenceSession;
  readonly input: string;
  readonly output: string;
  /** Whether the file's batch axis is fixed at 1, so that a batch is run image by image. */
  readonly takesOne: boolean;
}

/** The tensor that the manifest names, or the only one. */
function tensorName(id: string, kind: "input" | "output", names: readonly string[], wanted?: string): string {
  const all = names.map((name) => `"${name}"`).join(", ");
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new ModelError(`${id}: the model has no ${kind} "${wanted}" ("tensors.${kind}"), but ${all}`);
  }
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new ModelError(
    `${id}: the model has ${names.length} ${kind}s: set "tensors.${kind}" to one of ${all}`,
  );
}

/** A dynamic axis or an unknown shape fits every size. */
function checkInput(
  id: string,
  input: InferenceSession.ValueMetadata | undefined,
  shape: readonly number[],
): void {
  if (!input?.isTensor || input.type !== "float32") {
    throw new ModelError(`${id}: the model's input is not a float32 tensor`);
  }
  if (input.shape.length === 0) return;
  const [batch, ...rest] = input.shape;
  const told = `the model's input "${input.name}" is [${input.shape}]`;
  if (typeof batch === "number" && batch !== 1) {
    throw new ModelError(
      `${id}: ${told}; its first axis must be dynamic or 1: export the model for one image`,
    );
  }
  if (rest.length !== 3 || rest.some((size, axis) => typeof size === "number" && size !== shape[axis])) {
    throw new ModelError(`${id}: ${told}, but "input" in its manifest describes [${batch},${shape}]`);
  }
}

/**
 * A classifier over an ONNX model. The model is loaded at the first query, once.
 * @param runtime the isolate's onnxruntime-web
 */
export function createClassifier(entry: ModelEntry, runtime: Runtime): Classifier {
  const { manifest } = entry;
  const { id, input: format, labels } = manifest;
  const image = [format.height, format.width] as const;
  const shape = format.layout === "NCHW" ? [format.channels, ...image] : [...image, format.channels];
  const size = format.channels * format.height * format.width;

  async function load(onnx: ArrayBuffer): Promise<OpenModel> {
    const session = await runtime.open(onnx);
    const input = tensorName(id, "input", session.inputNames, manifest.tensors?.input);
    const output = tensorName(id, "output", session.outputNames, manifest.tensors?.output);
    const metadata = session.inputMetadata[session.inputNames.indexOf(input)];
    checkInput(id, metadata, shape);
    return { session, input, output, takesOne: metadata!.isTensor && metadata!.shape[0] === 1 };
  }
  let opened: OpenModel | undefined;

  async function open(): Promise<OpenModel> {
    if (opened !== undefined) return opened;
    const onnx = await entry.onnx();
    return runtime.exclusive(async () => {
      // Another caller may have opened it meanwhile.
      opened ??= await load(onnx);
      return opened;
    });
  }

  async function run(model: OpenModel, tensor: Float32Array, count: number): Promise<Float32Array> {
    const { session, input, output } = model;
    const batch = new Tensor("float32", tensor, [count, ...shape]);
    const outputs = await runtime.exclusive(() => session.run({ [input]: batch }, [output]));
    const result = outputs[output];
    const rows = result?.data;
    const fits = result?.dims[0] === count && rows?.length === count * labels.length;
    if (!fits || !(rows instanceof Float32Array)) {
      throw new ModelError(
        `${id}: the output for ${count} images is ${result?.type} [${result?.dims}], ` +
          `but ${labels.length} labels need float32 [${count},${labels.length}]`,
      );
    }
    if (rows.some(Number.isNaN)) throw new ModelError(`${id}: the output for an image is not a number`);
    return rows;
  }

  async function oneByOne(model: OpenModel, tensor: Float32Array, count: number): Promise<Float32Array> {
    const rows = new Float32Array(count * labels.length);
    for (let i = 0; i < count; i++) {
      rows.set(await run(model, tensor.subarray(i * size, (i + 1) * size), 1), i * labels.length);
    }
    return rows;
  }

  async function classify(tensor: Float32Array, count: number): Promise<Float32Array> {
    if (tensor.length < count * size) {
      throw new RangeError(`${count} images need ${count * size} values, not ${tensor.length}`);
    }
    const model = await open();
    const rows = await (model.takesOne ? oneByOne : run)(model, tensor.subarray(0, count * size), count);
    if (manifest.output === "logits") softmax(rows, labels.length);
    return rows;
  }

  return {
    ...entry,
    classify,
    probabilities: (raster) => classify(renderTensor(raster, format), 1),
  };
}
