/** The service's limits, from the vars of wrangler.toml. */
import { ranges } from "../core/attack/options/options.ts";

/** The most queries that one attack may ask for, by the route it is asked of. */
export interface BudgetLimits {
  readonly attack: number;
  readonly targets: number;
  readonly map: number;
  readonly audits: number;
}

/** Quotas of one token, which src/worker/audits/owner-object.ts reads; a value that is no number would be none. */
const quotas = ["MAX_AUDITS_RUNNING", "MAX_AUDITS_KEPT", "MAX_AUDIT_IMAGE_BYTES"] as const;

/** What can be set, as text. */
export type Vars = Readonly<
  Record<
    | "MAX_BUDGET_ATTACK"
    | "MAX_BUDGET_TARGETS"
    | "MAX_BUDGET_MAP"
    | "MAX_BUDGET_AUDITS"
    | "MAX_COMPUTING"
    | "MAX_WORK_REQUEST"
    | "MAX_WORK_AUDIT_IMAGE"
    | "WORK_UNIT"
    | "MAX_SECONDS"
    | (typeof quotas)[number],
    string
  >
>;

/** The most work, in millions of multiply-adds. */
export interface WorkLimits {
  /** Of one request. */
  readonly request: number;
  /** Of all attacks of an audit on one image. */
  readonly auditImage: number;
}

export interface Limits {
  readonly maxBudget: BudgetLimits;
  readonly maxWork: WorkLimits;
  /** Millions of multiply-adds that count as one in the rate limit of work. */
  readonly workUnit: number;
  /** Seconds after which a response that is not a stream is given up. */
  readonly maxSeconds: number;
  /** Most attacks, maps, targets, verifications and classifications that run at once in one isolate. */
  readonly computing: number;
}

/** Beyond this, a limit is none: a day on one core. */
const MOST_WORK = 2_000_000_000;

/** Beyond this, a quota is none: a terabyte. */
const MOST_QUOTA = 1e12;

/** @throws RangeError naming the var that is not a whole number in its range, so that it cannot be deployed */
export function readLimits(vars: Vars): Limits {
  const read = (name: keyof Vars, most: number): number => {
    const value = Number(vars[name]);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new RangeError(
      `wrangler.toml: ${name} must be a whole number from 1 to ${most}, not "${vars[name]}"`,
    );
  };
  for (const name of quotas) read(name, MOST_QUOTA);
  const { max } = ranges.budget;
  return {
    maxBudget: {
      attack: read("MAX_BUDGET_ATTACK", max),
      targets: read("MAX_BUDGET_TARGETS", max),
      map: read("MAX_BUDGET_MAP", max),
      audits: read("MAX_BUDGET_AUDITS", max),
    },
    maxWork: {
      request: read("MAX_WORK_REQUEST", MOST_WORK),
      auditImage: read("MAX_WORK_AUDIT_IMAGE", MOST_WORK),
    },
    workUnit: read("WORK_UNIT", MOST_WORK),
    maxSeconds: read("MAX_SECONDS", 3600),
    computing: read("MAX_COMPUTING", 1000),
  };
}
