/** A model file that is no readable ONNX model: truncated, inconsistent, cyclic or something else. */
export class ModelFileError extends Error {
  override readonly name = "ModelFileError";
}
