import type { Candidates } from "../kernel/candidates.ts";
import type { Oracle } from "./oracle.ts";

/** The part of the kernel that this oracle needs; see `Kernel`. */
export interface Inferrer {
  infer(candidates: Candidates): Float32Array;
}

/**
 * The fast oracle: the kernel recomputes what the candidate's pixels change, straight from the
 * candidates in its memory. There is no tensor in between.
 */
export function createIncrementalOracle(kernel: Inferrer): Oracle {
  return { engine: "incremental", query: (candidates) => kernel.infer(candidates) };
}
