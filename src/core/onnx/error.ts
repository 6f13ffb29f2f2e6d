import { OnepixelError } from "../errors.ts";

/** A model file that is no readable ONNX model: truncated, inconsistent, cyclic or something else. */
export class ModelFileError extends OnepixelError {
  override readonly name = "ModelFileError";

  constructor(message: string, options?: ErrorOptions) {
    super("invalid-model", message, { field: "model", cause: options?.cause });
  }
}
