/** The layout of an inference plan in memory, shared with the kernel's source so that it stands once. */
export * from "../../../assembly/inference/program.ts";
