// Why an ask returned no candidate: the one place that the kernel (AssemblyScript) and src/core/kernel/endings.ts
// (plain TypeScript) both read, which is why nothing here has a type.

/** The search goes on. */
export const NONE = 0;
/** Everything there is to try was tried: the corner scan alone can say so. */
export const EXHAUSTED = 1;
/** DE's population is stale: generation after generation proposed nothing new. */
export const CONVERGED = 2;
/**
 * The search has gone on for long without success: no better set of pixels, or nothing but candidates that were queried
 * before. That is not "exhausted": proposals are random, and so what is left may just not have been proposed.
 */
export const GAVE_UP = 3;
/** The queries, or DE's generations, are used up. */
export const BUDGET = 4;
