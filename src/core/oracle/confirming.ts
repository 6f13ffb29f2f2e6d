import type { Raster } from "../image/raster.ts";
import { type Candidates, encodedAt } from "../kernel/candidates.ts";
import type { Classifier } from "../model/classifier.ts";
import { applyCandidate } from "./apply-candidate.ts";
import { isNearTie } from "./near-tie.ts";
import type { Oracle } from "./oracle.ts";
import { type Returned, roundTrip } from "./round-trip.ts";
import type { TieAllowance } from "./tie-allowance.ts";

/** An oracle that returns the reference's probabilities where the result could depend on them. */
export interface ConfirmingOracle extends Oracle {
  /**
   * Makes the image that would be returned for a candidate: encoded as PNG, decoded again, and classified
   * by the reference. It does not count as a query. The caller keeps the returned value of a success,
   * because the result is made from it.
   */
  confirm(encoded: Uint32Array): Promise<Returned>;
  /** Near ties that onnxruntime has decided so far. */
  readonly ties: number;
  /** Whether the limit of near ties is reached, so that the search must end. */
  readonly isSpent: boolean;
}

/**
 * Uses onnxruntime, the reference, where another oracle is in doubt: if a candidate's two highest
 * probabilities nearly tie (`isNearTie`), onnxruntime's row replaces the oracle's before anything else
 * reads it. This does not count as another query.
 * @param oracle the incremental oracle; or onnxruntime or a remote model, which are never in doubt
 * @param allowance how many near ties may be decided; each one lowers the remaining number
 */
export function createConfirmingOracle(
  oracle: Oracle,
  classifier: Classifier,
  image: Raster,
  allowance: TieAllowance,
): ConfirmingOracle {
  const confirm = (encoded: Uint32Array) => roundTrip(classifier, applyCandidate(image, encoded));
  if (oracle.engine !== "incremental") return { ...oracle, confirm, ties: 0, isSpent: false };
  let ties = 0;

  const decideTies = async (candidates: Candidates, rows: Float32Array, doubtful: readonly number[]) => {
    const labels = rows.length / candidates.count;
    ties += doubtful.length;
    allowance.left -= doubtful.length;
    for (const index of doubtful) {
      const changed = applyCandidate(image, encodedAt(candidates, index));
      rows.set(await classifier.probabilities(changed), index * labels);
    }
    return rows;
  };
  const check = (candidates: Candidates, rows: Float32Array) => {
    const labels = rows.length / candidates.count;
    const doubtful: number[] = [];
    for (let index = 0; index < candidates.count; index++) {
      if (isNearTie(rows.subarray(index * labels, (index + 1) * labels))) doubtful.push(index);
    }
    return doubtful.length === 0 ? rows : decideTies(candidates, rows, doubtful);
  };
  return {
    engine: oracle.engine,
    query(candidates) {
      const queried = oracle.query(candidates);
      return queried instanceof Promise
        ? queried.then((rows) => check(candidates, rows))
        : check(candidates, queried);
    },
    confirm,
    get ties() {
      return ties;
    },
    get isSpent() {
      return allowance.left < 0;
    },
  };
}
