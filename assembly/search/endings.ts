// Why an ask returned no candidate. Both the kernel (AssemblyScript) and src/core/kernel/endings.ts
// (TypeScript) import this file, so nothing here has a type.

/** The search goes on. */
export const NONE = 0;
/** Every candidate was tried; only the corner scan ends in this way. */
export const EXHAUSTED = 1;
/** DE's population has converged: several generations proposed nothing new. */
export const CONVERGED = 2;
/**
 * The search made no progress for a long time: no better set of pixels, or only candidates that were
 * queried before. This is not "exhausted": proposals are random, so there may be candidates that were never
 * proposed.
 */
export const GAVE_UP = 3;
/** The queries, or DE's generations, are used up. */
export const BUDGET = 4;
