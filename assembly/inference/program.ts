// The layout of an inference plan in the kernel's memory. Both the compiler (TypeScript) and the kernel
// (AssemblyScript) import this file, so nothing here has a type.
// A plan is one arena. Offsets in it count bytes from the arena's start, so that it can be anywhere.
// Its header, tensors, steps, tables of windows and weights are written by the host; everything else is
// zeroed and belongs to the kernel.
//
// A tensor is a map of height × width positions. The values of one position are stored together in a
// *record*: `channels` floats padded to a multiple of four, and, where a convolution reads the
// tensor, the list of its nonzero channels (see finish.ts). A tensor's *address table* says for each
// position, the zero border included, which record counts: the clean one, or a dirty one of the query.
//
// Several candidates are computed side by side, each in a *lane*: a set of all tensors of its own, whose tables, dirty
// records and positions are its own too where *joint* steps need them. The first steps are done for one lane after
// another, joint ones for all lanes together, so that they read their weights once.
//
// Dirty records, and the clean ones that only the clean pass itself needs, lie in the *pool*, above
// everything else that a table can name. There tensors share memory that are not needed at the same time.

// Header, i32 each.
export const HEADER_TENSORS = 0; // offset of the first tensor of the first lane
export const HEADER_TENSOR_COUNT = 4; // in one lane
export const HEADER_STEPS = 8; // offset of the first step
export const HEADER_STEP_COUNT = 12;
export const HEADER_INPUT = 16; // offset of the image's tensor
export const HEADER_OUTPUT = 20; // offset of the tensor, 1 × 1, of the labels
export const HEADER_ZERO = 24; // offset of the record that all border positions share
export const HEADER_COLOURS = 28; // offset of 256 × channels floats: the value of each byte
export const HEADER_CANDIDATES = 32; // offset of the room for a candidate a lane: its encoded pixels, two u32 each
export const HEADER_POOL = 36; // offset of the pool; the host leaves the image's bytes there for the clean pass
export const HEADER_BATCH = 40; // offset of the three lists of a batch, BATCH_ROOM words each, see batch.ts
export const HEADER_BATCH_ROOM = 44; // most positions of a batch, at least the widest tensor's width
export const HEADER_LANES = 48;
export const HEADER_OTHER_LANES = 52; // offset of the tensors of the lanes after the first, written by the kernel
export const HEADER_JOINT = 56; // how many steps come before the joint ones
export const HEADER_BYTES = 64;

// Tensor, i32 each.
export const TENSOR_TABLE = 0; // offset of the address table
export const TENSOR_TABLE_LENGTH = 4; // entries, border included
export const TENSOR_ORIGIN = 8; // bytes from the table's start to the entry of position (0, 0)
export const TENSOR_PITCH = 12; // bytes from an entry to the one below it
export const TENSOR_HEIGHT = 16;
export const TENSOR_WIDTH = 20;
export const TENSOR_CHANNELS = 24;
export const TENSOR_VALUES = 28; // bytes of a record's values: the list begins here
export const TENSOR_RECORD = 32; // bytes of a record
export const TENSOR_LISTED = 36; // 1 where records carry a list
export const TENSOR_CLEAN = 40; // offset of the clean records, row by row
export const TENSOR_KEPT = 44; // 1 where queries read clean records; else they lie in the pool, for the clean pass alone
export const TENSOR_DIRTY = 48; // offset of the dirty records, in the order in which positions were marked
export const TENSOR_POSITIONS = 52; // offset of the list of dirty positions, y << 16 | x each
export const TENSOR_COUNT = 56; // how many positions are dirty
export const TENSOR_LANE_ROOM = 60; // where each lane has its own table, dirty records and positions: how many dirty positions each; else 0
export const TENSOR_LANE_TABLES = 64; // offset of the tables of the lanes after the first
export const TENSOR_BYTES = 80;

// Step, i32 each unless said otherwise.
export const STEP_OPERATION = 0;
export const STEP_INPUTS = 4; // offset of the inputs' tensor offsets
export const STEP_INPUT_COUNT = 8;
export const STEP_OUTPUT = 12; // tensor offset
export const STEP_KERNEL_HEIGHT = 16;
export const STEP_KERNEL_WIDTH = 20;
export const STEP_STRIDE_Y = 24;
export const STEP_STRIDE_X = 28;
export const STEP_PAD_TOP = 32;
export const STEP_PAD_LEFT = 36;
export const STEP_WINDOWS = 40; // offset of the table of windows, see propagate.ts; 0 where a position reads the same position
export const STEP_WEIGHTS = 44; // offset; for an affine step its scales, for a selection each output channel's place in a record, for a resize a table, see operations/resize.ts
export const STEP_BIAS = 48; // offset; for an affine step its shifts
export const STEP_COUNT_PADDING = 52; // 1 where an average counts the padding
export const STEP_ACTIVATION = 56;
export const STEP_ALPHA = 60; // f32: lower bound of a clip, slope of a leaky ReLU, factor of a swish or ELU
export const STEP_BETA = 64; // f32: upper bound of a clip
export const STEP_DENSE = 68; // 1 where a convolution multiplies zeros too; the kernel decides by the image
export const STEP_BYTES = 80;

// Operations.
export const CONVOLUTION = 0;
export const DEPTHWISE = 1;
export const MAX_POOL = 2;
export const AVERAGE_POOL = 3;
export const AFFINE = 4;
export const ADD = 5;
export const MULTIPLY = 6;
export const CONCAT = 7;
export const SOFTMAX = 8;
export const SELECT = 9;
export const RESIZE = 10;

// Activations.
export const NONE = 0;
export const CLIP = 1;
export const LEAKY_RELU = 2;
export const SIGMOID = 3;
export const HARD_SWISH = 4;
export const SWISH = 5;
export const GELU = 6;
export const TANH = 7;
export const ELU = 8;
export const SIGN = 9;

// A convolution's weights are in blocks of 32 output channels, then at most one each of 16, 8 and 4:
// block × kernel row × kernel column × input channel × output channel of the block.
export const WIDE_BLOCK = 32;
export const MIDDLE_BLOCK = 16;
export const SMALL_BLOCK = 8;
export const NARROW_BLOCK = 4;

// A list of nonzero channels: a word that says how many bytes its entries take, then the entries, of one byte each in a
// tensor of at most LIST_OF_BYTES channels, of two in one of at most LIST_OF_HALVES, otherwise of four.
export const LIST_HEADER = 4;
export const LIST_OF_BYTES = 0x100;
export const LIST_OF_HALVES = 0x10000;
