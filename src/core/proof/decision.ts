import type { AttackContext } from "../attack/context.ts";
import type { Goal } from "../attack/objectives.ts";
import type { Asker, Found } from "./asker.ts";
import type { PixelProof, ProofSettings, ProofStop } from "./result.ts";

export interface ProofProgress {
  readonly boxes: number;
  readonly queries: number;
  /** Pixels that are proved. */
  readonly proved: number;
  readonly total: number;
}

export interface ProofContext extends Omit<AttackContext, "onProgress"> {
  readonly settings: ProofSettings;
  readonly onProgress?: ((progress: ProofProgress) => void | Promise<void>) | undefined;
}

/** What decides the pixels. */
export interface Decided {
  readonly found: Found | null;
  readonly proofs: readonly PixelProof[];
  readonly boxes: number;
  readonly asked: number;
  readonly stopped: ProofStop | null;
}

/** What both ways of deciding have in common. */
export interface Decision {
  readonly goal: Goal;
  readonly asker: Asker;
  readonly context: ProofContext;
  /** Whether the runtime ends the program for its CPU time. */
  readonly signalled: () => boolean;
}
