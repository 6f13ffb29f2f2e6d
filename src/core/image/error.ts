import { OnepixelError } from "../errors.ts";

/**
 * Why an image is rejected.
 * - `unsupported`: not an image, or in an unsupported format;
 * - `animated`: more than one frame;
 * - `too-large`: over the limits of `limits.ts`, or more data than its header declares;
 * - `corrupt`: truncated or damaged.
 */
export type ImageFault = "unsupported" | "animated" | "too-large" | "corrupt";

/** An image is rejected. The message says what is wrong and, where useful, what to send instead. */
export class ImageError extends OnepixelError {
  override readonly name = "ImageError";
  readonly fault: ImageFault;

  constructor(fault: ImageFault, message: string, options?: ErrorOptions) {
    const code = fault === "unsupported" ? "unsupported-image" : "invalid-image";
    super(code, message, { field: "image", cause: options?.cause });
    this.fault = fault;
  }
}
