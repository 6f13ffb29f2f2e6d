// The Workers runtime looks for a global of this name, and writes 24 (SIGXCPU) to the u32 at its address
// shortly before an invocation's CPU time runs out.

export const __instance_signal: usize = memory.data(4);
