/** A network as the kernel bounds its values, without an image. */
export interface BoundsPlan {
  readonly image: { readonly height: number; readonly width: number; readonly channels: number };
  readonly labels: number;
  /** Bytes of kernel memory, weights included. */
  readonly bytes: number;
  /** The start of that memory; the rest is zero. */
  readonly content: Uint8Array;
  /** Where the image's clean records are. */
  readonly cleanOffset: number;
  readonly questionOffset: number;
  readonly answerOffset: number;
  /** Whether the output is the argument of a softmax, or any other list of scores. */
  readonly scores: "logits" | "outputs";
}
