import type { Registry } from "../model/registry.ts";
import type { Sample } from "../model/sample.ts";

/** Everything that the routes need from outside; the Worker wires the real parts, tests may swap them. */
export interface Services {
  /** The service's version, as in package.json. */
  readonly version: string;
  readonly registry: Registry;
  readonly samples: readonly Sample[];
  readonly kernelModule: WebAssembly.Module;
  /** Settles when queries can be answered. @throws RuntimeUnavailableError */
  readonly ready: () => Promise<void>;
  /** Gives the event loop a turn, so that streams flow and aborts are noticed. */
  readonly pause: () => Promise<void>;
}
