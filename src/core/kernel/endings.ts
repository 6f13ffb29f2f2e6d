import { BUDGET, CONVERGED, EXHAUSTED, GAVE_UP } from "../../../assembly/search/endings.ts";

const endings = {
  [EXHAUSTED]: "exhausted",
  [CONVERGED]: "converged",
  [GAVE_UP]: "gave-up",
  [BUDGET]: "budget",
} as const;

/** Why a search proposes nothing more; assembly/search/endings.ts says what each word means. */
export type Ending = (typeof endings)[keyof typeof endings];

/** The word for the kernel's constant; null while the search goes on. */
export function endingOf(constant: number): Ending | null {
  return endings[constant as keyof typeof endings] ?? null;
}
