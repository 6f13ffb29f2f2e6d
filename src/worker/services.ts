import type { StoredEvaluationSet } from "../core/audit/evaluation-set.ts";
import type { AuditReport } from "../core/audit/report.ts";
import type { ModelEntry } from "../core/model/entry.ts";
import type { Registry, Sample } from "../core/model/registry.ts";
import type { Audits } from "./audits/state.ts";
import type { BudgetLimits, WorkLimits } from "./limits.ts";
import type { BodyMemory } from "./middleware/body-memory.ts";
import type { ConcurrencyLimit } from "./middleware/concurrency-limit.ts";
import type { RateLimit } from "./middleware/rate-limit.ts";
import type { LogLine } from "./middleware/request-log.ts";
import type { Speed } from "./middleware/speed.ts";

/** Everything that the routes need from outside; the Worker wires the real parts, tests may swap them. */
export interface Services {
  /** The service's version, as in package.json. */
  readonly version: string;
  /** A digest of everything but models and images that decides a response: code, kernel, libraries. */
  readonly build: string;
  readonly registry: Registry;
  readonly samples: readonly Sample[];
  readonly kernelModule: WebAssembly.Module;
  readonly audits: Audits;
  /** The report behind a model's badge; null when there is none. */
  readonly evidence: (model: ModelEntry) => Promise<AuditReport | null>;
  /** Withdraws a published report. @returns false when the owner published none of this model */
  readonly withdraw: (model: ModelEntry, owner: string) => Promise<boolean>;
  readonly evaluations: readonly StoredEvaluationSet[];
  /** SHA-256 digests of the tokens that may start audits, hexadecimal. */
  readonly tokens: readonly string[];
  /** Resolves when the runtime can take queries. @throws RuntimeUnavailableError */
  readonly ready: () => Promise<void>;
  /** Gives the event loop a turn, so that streams flow and aborts are noticed. */
  readonly pause: () => Promise<void>;
  /** Seconds after which a response that is not a stream is given up. */
  readonly maxSeconds: number;
  readonly rateLimit: RateLimit;
  readonly concurrencyLimit: ConcurrencyLimit;
  readonly bodyMemory: BodyMemory;
  /** How fast requests were answered of late. */
  readonly speed: Speed;
  /** The most queries that a request may ask for. */
  readonly maxBudget: BudgetLimits;
  /** The most that a request, and an image of an audit, may cost. */
  readonly maxWork: WorkLimits;
  /** Writes a line of the log. */
  readonly log: (line: LogLine) => void;
  /** Keeps the runtime from ending a request before this resolves. */
  readonly waitUntil: (end: Promise<void>) => void;
}
