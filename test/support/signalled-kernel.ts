/** What the Workers runtime writes at `__instance_signal` near the end of an invocation's CPU time. */
const CPU_LIMIT = 24;

interface Signalled {
  readonly memory: WebAssembly.Memory;
  readonly __instance_signal: WebAssembly.Global;
}

/** Signals the CPU limit to every kernel that `run` makes, as the Workers runtime does; it never does so locally. */
export async function withCpuLimit<T>(run: () => Promise<T>): Promise<T> {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      const { memory, __instance_signal } = this.exports as unknown as Signalled;
      new Uint32Array(memory.buffer, __instance_signal.value, 1)[0] = CPU_LIMIT;
    }
  };
  try {
    return await run();
  } finally {
    WebAssembly.Instance = Instance;
  }
}
