import { OnepixelError } from "../errors.ts";

/** A file that is not a valid ONNX model: truncated, inconsistent, cyclic or another format. */
export class ModelFileError extends OnepixelError {
  override readonly name = "ModelFileError";

  constructor(message: string, options?: ErrorOptions) {
    super("invalid-model", message, { field: "model", cause: options?.cause });
  }
}
