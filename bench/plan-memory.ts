/** A plan in the kernel's memory, as the kernel itself reads it. */
import * as program from "../assembly/inference/program.ts";

/** The i32 words of a plan, whose addresses in tables count from the start of the kernel's memory. */
export interface PlanMemory {
  readonly words: Int32Array;
  /** Where the plan begins. */
  readonly arena: number;
}

/** A step, with its first input and its output. */
export interface Step {
  readonly operation: number;
  readonly input: number;
  readonly output: number;
  readonly at: number;
}

export function planMemory(memory: WebAssembly.Memory, arena: number): PlanMemory {
  return { words: new Int32Array(memory.buffer), arena };
}

/** The field of a header, tensor or step at an offset of the plan. */
export function field({ words, arena }: PlanMemory, at: number, name: number): number {
  return words[(arena + at + name) / 4]!;
}

export function stepAt(plan: PlanMemory, i: number): Step {
  const at = field(plan, 0, program.HEADER_STEPS) + i * program.STEP_BYTES;
  return {
    at,
    operation: field(plan, at, program.STEP_OPERATION),
    input: field(plan, field(plan, at, program.STEP_INPUTS), 0),
    output: field(plan, at, program.STEP_OUTPUT),
  };
}

const entryBytes = (channels: number): number =>
  channels <= program.LIST_OF_BYTES ? 1 : channels <= program.LIST_OF_HALVES ? 2 : 4;

/** Multiply-adds that a convolution's dirty positions took: a product for each nonzero input and output channel. */
export function multiplyAddsDone(plan: PlanMemory, { at, input, output }: Step): number {
  const channels = field(plan, input, program.TENSOR_CHANNELS);
  const listed = field(plan, input, program.TENSOR_VALUES);
  const pitch = field(plan, input, program.TENSOR_PITCH);
  const [height, width, strideY, strideX, padTop, padLeft] = [
    program.STEP_KERNEL_HEIGHT,
    program.STEP_KERNEL_WIDTH,
    program.STEP_STRIDE_Y,
    program.STEP_STRIDE_X,
    program.STEP_PAD_TOP,
    program.STEP_PAD_LEFT,
  ].map((name) => field(plan, at, name)) as [number, number, number, number, number, number];
  const origin =
    plan.arena + field(plan, input, program.TENSOR_TABLE) + field(plan, input, program.TENSOR_ORIGIN);
  const positions = (plan.arena + field(plan, output, program.TENSOR_POSITIONS)) / 4;
  let inputs = 0;
  for (let i = 0; i < field(plan, output, program.TENSOR_COUNT); i++) {
    const position = plan.words[positions + i]!;
    const top = (position >>> 16) * strideY - padTop;
    const left = (position & 0xffff) * strideX - padLeft;
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) {
        const record = plan.words[(origin + y * pitch + x * 4) / 4]!;
        inputs += plan.words[(record + listed) / 4]! / entryBytes(channels);
      }
    }
  }
  return inputs * field(plan, output, program.TENSOR_CHANNELS);
}
