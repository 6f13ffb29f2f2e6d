/**
 * What went wrong:
 * - `invalid-option`: an option is unknown, out of range, or conflicts with another; `field` names it;
 * - `invalid-image`: the image is damaged, animated or too large;
 * - `unsupported-image`: the bytes are not a PNG, JPEG or WebP image;
 * - `invalid-manifest`: the description of a model is incomplete or contradicts itself;
 * - `invalid-model`: the ONNX file cannot be read, or does not fit its description;
 * - `unsupported-engine`: the incremental engine cannot run this model;
 * - `out-of-memory`: the attack needs more memory than one kernel may use;
 * - `runtime-unavailable`: onnxruntime-web could not be started;
 * - `remote-unavailable`: a remote model did not respond, or rejected the request; `field` is "url";
 * - `remote-response`: a remote model sent a response that cannot be used; `field` is "url";
 * - `not-initialised`: the library was used before `init`.
 */
export type ErrorCode =
  | "invalid-option"
  | "invalid-image"
  | "unsupported-image"
  | "invalid-manifest"
  | "invalid-model"
  | "unsupported-engine"
  | "out-of-memory"
  | "runtime-unavailable"
  | "remote-unavailable"
  | "remote-response"
  | "not-initialised";

export interface ErrorDetails {
  readonly field?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Every error that the library throws on purpose. The message says what happened and what to do.
 *
 * @example
 * ```ts
 * try {
 *   await attack(model, image, { seed: -1 });
 * } catch (error) {
 *   if (error instanceof OnepixelError && error.code === "invalid-option") console.error(error.field); // "seed"
 * }
 * ```
 */
export class OnepixelError extends Error {
  override readonly name: string = "OnepixelError";
  readonly code: ErrorCode;
  /** The option or part of the input that caused the error; undefined if there is none. */
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, { field, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.field = field;
  }
}
