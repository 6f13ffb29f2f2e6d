// The layout of a network in the kernel's memory for bounds on its values. The host (TypeScript) and the kernel
// (AssemblyScript) import this file, so nothing here has a type. Offsets count bytes from the arena's start.
//
// Every value of the network with one pixel changed is enclosed by a *form*: the clean value x̂ plus
//
//   c + a₁ρ₁ + a₂ρ₂ + a₃ρ₃ ± e,   −1 ≤ ρ ≤ 1: the place of the colour in its box,
//
// which holds in real arithmetic and for every execution in 32-bit floating point, whatever the order of its sums: e
// includes the rounding of both (docs/proofs.md). The last number of a form, m, bounds the size of the clean and of the new value.
// Only positions in the *region* of a tensor, a rectangle that the changed pixel reaches, have forms.

// Header, i32 each.
export const HEADER_STEPS = 0; // offset of the first step
export const HEADER_STEP_COUNT = 4;
export const HEADER_TENSORS = 8; // offset of the first tensor, the image
export const HEADER_TENSOR_COUNT = 12;
export const HEADER_OUTPUT = 16; // offset of the labels' tensor
export const HEADER_QUESTION = 20; // offset of 1 + LANES i32: the label, and the labels to compare with it
export const HEADER_ANSWER = 24; // offset of LANES answers
export const HEADER_SCRATCH = 28; // offset of room for the inputs of a window: two i32 for each
export const HEADER_BYTES = 32;

// Tensor, i32 each.
export const TENSOR_HEIGHT = 0;
export const TENSOR_WIDTH = 4;
export const TENSOR_CHANNELS = 8;
export const TENSOR_CLEAN = 12; // offset of the clean values, height × width × channels CLEAN records
export const TENSOR_FORMS = 16; // offset of the forms of the region, row by row
export const TENSOR_RELAXED = 20; // offset of the relaxations of the region
export const TENSOR_COEFFICIENTS = 24; // offset of LANES f64 for each value of the region
export const TENSOR_TOP = 28; // the region, written by the kernel
export const TENSOR_LEFT = 32;
export const TENSOR_ROWS = 36;
export const TENSOR_COLUMNS = 40;
export const TENSOR_IS_CONSTANT = 44; // 1: written by the host, never dirty
export const TENSOR_BYTES = 48;

// A clean value, f64 each.
export const CLEAN_X = 0; // x̂
export const CLEAN_Z = 8; // before the activation
export const CLEAN_X_ERROR = 16; // how far an execution, or the value in real arithmetic, may be from them
export const CLEAN_Z_ERROR = 24;
export const CLEAN_BYTES = 32;

// A form, f64 each.
export const FORM_C = 0;
export const FORM_A = 8;
export const FORM_E = 32;
export const FORM_M = 40;
export const FORM_BYTES = 48;

// A relaxation: lower and upper line of the activation, and what the step adds to its inputs' linear part; f64 each.
export const RELAXED_LOWER = 0; // slope, then shift
export const RELAXED_UPPER = 16; // slope, then shift
export const RELAXED_CENTRE = 32; // z = centre + linear part ± rest + [0, spread]
export const RELAXED_REST = 40;
export const RELAXED_SPREAD = 48;
export const RELAXED_SOURCE = 56; // i32: which input the linear part is made of, where there is a choice; −1 none
export const RELAXED_BYTES = 64;

// Step, i32 each unless said otherwise.
export const STEP_OPERATION = 0; // as in assembly/inference/program.ts
export const STEP_INPUTS = 4; // offset of the inputs' tensor offsets
export const STEP_INPUT_COUNT = 8;
export const STEP_OUTPUT = 12; // tensor offset
export const STEP_KERNEL_HEIGHT = 16;
export const STEP_KERNEL_WIDTH = 20;
export const STEP_STRIDE_Y = 24;
export const STEP_STRIDE_X = 28;
export const STEP_PAD_TOP = 32;
export const STEP_PAD_LEFT = 36;
export const STEP_COUNT_PADDING = 40; // 1 where an average counts the padding
export const STEP_ACTIVATION = 44; // as in assembly/inference/program.ts
export const STEP_ALPHA = 48; // f64
export const STEP_BETA = 56; // f64
export const STEP_ROUNDING = 64; // f64: the relative error of a sum of as many products as this step has
export const STEP_WEIGHTS = 72; // offset of f64: kernel row × kernel column × input channel × output channel padded to a multiple of four; of other steps a scale, a filter or a channel, padded to even
export const STEP_BIAS = 76; // offset of two f64 for each output channel: the bias, and its rounding
export const STEP_BYTES = 80;

/** How many differences of labels are bounded at once. */
export const LANES = 4;

// An answer, f64 each: the lower bound, how much of it was lost to rounding, and how fast the bound grows with the colour.
export const ANSWER_BOUND = 0;
export const ANSWER_ROUNDING = 8;
export const ANSWER_A = 16;
export const ANSWER_BYTES = 40;
