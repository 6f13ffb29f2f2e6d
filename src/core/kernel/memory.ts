import { OnepixelError } from "../errors.ts";

/** The options need more memory than a kernel can have. */
export class KernelMemoryError extends OnepixelError {
  override readonly name = "KernelMemoryError";

  constructor() {
    super(
      "out-of-memory",
      "The attack needs more memory than a kernel may have; lower budget, population, pixels or chunk.",
    );
  }
}

/**
 * Reserves memory in a kernel instance.
 * @throws KernelMemoryError if there is not enough
 */
export function withinMemory<T>(reserve: () => T): T {
  try {
    return reserve();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    throw new KernelMemoryError();
  }
}
