/** The service's limits, from the vars of wrangler.toml. */
import { ranges } from "../attack/options.ts";

/** The most queries that one attack may ask for, by the route it is asked of. */
export interface BudgetLimits {
  readonly attack: number;
  readonly targets: number;
  readonly map: number;
  readonly audits: number;
}

/** What can be set, as text. */
export type Vars = Readonly<
  Record<
    "MAX_BUDGET_ATTACK" | "MAX_BUDGET_TARGETS" | "MAX_BUDGET_MAP" | "MAX_BUDGET_AUDITS" | "MAX_COMPUTING",
    string
  >
>;

export interface Limits {
  readonly maxBudget: BudgetLimits;
  /** Most requests that compute at once in one isolate. */
  readonly computing: number;
}

/** @throws RangeError naming the var that is not a whole number in its range, so that it cannot be deployed */
export function readLimits(vars: Vars): Limits {
  const read = (name: keyof Vars, most: number): number => {
    const value = Number(vars[name]);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new RangeError(
      `wrangler.toml: ${name} must be a whole number from 1 to ${most}, not "${vars[name]}"`,
    );
  };
  const { max } = ranges.budget;
  return {
    maxBudget: {
      attack: read("MAX_BUDGET_ATTACK", max),
      targets: read("MAX_BUDGET_TARGETS", max),
      map: read("MAX_BUDGET_MAP", max),
      audits: read("MAX_BUDGET_AUDITS", max),
    },
    computing: read("MAX_COMPUTING", 1000),
  };
}
