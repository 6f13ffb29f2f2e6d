import type { Ending } from "../kernel/endings.ts";

/**
 * Why a search ended: `success` ended it, it ended by itself (the kernel's words: `exhausted`, everything there is to
 * try was tried; `converged`; `gave-up`; `budget`), the caller aborted it, or the CPU limit did.
 */
export const reasons = [
  "success",
  "exhausted",
  "converged",
  "gave-up",
  "budget",
  "aborted",
  "cpu-limit",
] as const satisfies readonly (Ending | "success" | "aborted" | "cpu-limit")[];

export type Stopped = (typeof reasons)[number];
