import { BUDGET, CONVERGED, EXHAUSTED, GAVE_UP } from "../../../assembly/search/endings.ts";

const endings = {
  [EXHAUSTED]: "exhausted",
  [CONVERGED]: "converged",
  [GAVE_UP]: "gave-up",
  [BUDGET]: "budget",
} as const;

/** Why a search has ended; assembly/search/endings.ts describes the reasons. */
export type Ending = (typeof endings)[keyof typeof endings];

/** The name of the kernel's constant; null while the search continues. */
export function endingOf(constant: number): Ending | null {
  return endings[constant as keyof typeof endings] ?? null;
}
