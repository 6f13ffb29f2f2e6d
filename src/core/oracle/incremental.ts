import type { Candidates } from "../kernel/candidates.ts";
import type { Oracle } from "./oracle.ts";

/** The part of the kernel that this oracle uses; see `Kernel`. */
export interface Inferrer {
  infer(candidates: Candidates): Float32Array;
}

/**
 * The fast oracle: the kernel recomputes only what the candidate's pixels change, directly from the
 * candidates in its memory, without a tensor.
 */
export function createIncrementalOracle(kernel: Inferrer): Oracle {
  return { engine: "incremental", query: (candidates) => kernel.infer(candidates) };
}
