/** One tensor of a plan, as a reader of the plan needs it. */
export interface PlanTensor {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * A classifier, ready for the kernel: made once for a model, loaded into the kernel of each attack.
 */
export interface InferencePlan {
  /** The image and the number of labels. */
  readonly image: PlanTensor;
  readonly labels: number;
  /** What the kernel computes, in order: the image first. */
  readonly tensors: readonly PlanTensor[];
  /** Bytes of kernel memory in all. */
  readonly bytes: number;
  /** The first part of that memory, see program.ts; the rest is zero at first. */
  readonly content: Uint8Array;
  /** Where in it the 256 × channels values of the bytes stand. */
  readonly coloursOffset: number;
  /** Where in it the words of one candidate stand. */
  readonly wordsOffset: number;
}
