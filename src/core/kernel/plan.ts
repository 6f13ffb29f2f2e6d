/** The description of one tensor of a plan. */
export interface PlanTensor {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** The cost of computing one tensor of a plan. */
export interface PlanCost {
  /**
   * Multiply-adds of the whole tensor; an operation without multiply-adds counts one for each value that it
   * reads.
   */
  readonly multiplyAdds: number;
  /** The share of its positions that one changed pixel affects, 0…1: the mean over all pixels of the image. */
  readonly touched: number;
}

/**
 * A classifier compiled for the kernel: created once for each model, loaded into the kernel of each attack.
 */
export interface InferencePlan {
  /** The image and the number of labels. */
  readonly image: PlanTensor;
  readonly labels: number;
  /** The tensors that the kernel computes, in order; the image is the first. */
  readonly tensors: readonly PlanTensor[];
  /** The cost of each of them. */
  readonly costs: readonly PlanCost[];
  /** The first part of the kernel's memory, see program.ts; the rest is zero at first. */
  readonly content: Uint8Array;
  /** The offset of the 256 × channels values of the bytes. */
  readonly coloursOffset: number;
  /** Where the image's bytes stand while the clean pass begins. */
  readonly samplesOffset: number;
  /** What candidates of at most `pixels` changed pixels need: the fewer, the less. */
  room(pixels: number): PlanRoom;
}

/** The memory of a plan for candidates of some number of changed pixels. */
export interface PlanRoom {
  /** Bytes of kernel memory in all. */
  readonly bytes: number;
  /** How many candidates are computed side by side. */
  readonly lanes: number;
  /** The offset of the encoded pixels of as many candidates, see Candidates. */
  readonly candidatesOffset: number;
  /** Words to be written over the plan's content, by their offsets. */
  readonly fields: readonly (readonly [offset: number, word: number])[];
}
