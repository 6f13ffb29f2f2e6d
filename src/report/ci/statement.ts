import type { AuditReport } from "../../core/audit/report.ts";

const STATEMENT = "https://in-toto.io/Statement/v1";
const EVAL_RESULT = "https://in-toto.io/attestation/eval-result/v0.1";

/** What a statement is about beside the report. */
export interface StatementInput {
  /** The version of onepixel. */
  readonly version: string;
  /** SHA-256 of the data set, hexadecimal. */
  readonly dataSet: string;
  /** The threshold, in percent; null where there is none. */
  readonly maxFooled: number | null;
}

/** A share as decimal digits, rounded up: a number in JSON may lose digits on its way, and a rate is at most itself. */
const decimal = (share: number) => (Math.ceil(share * 1e6 - 1e-6) / 1e6).toFixed(6).replace(/\.?0+$/, "");

/**
 * An audit as an in-toto statement, unsigned. Its claims are the threshold for each row or, without one, the rates
 * that were measured.
 * @see https://github.com/in-toto/attestation/blob/main/spec/predicates/eval-result.md
 */
export function evalStatement(report: AuditReport, { version, dataSet, maxFooled }: StatementInput) {
  const { model, images, rows, date } = report;
  const claims = rows.flatMap(({ pixels, statistics: { fooled } }) => {
    if (fooled.rate === null) return [];
    const most = maxFooled === null ? fooled.rate : maxFooled / 100;
    return [
      {
        metric: `fooled_rate_pixels_${pixels}`,
        comparator: "<=",
        threshold: decimal(most),
        passed: fooled.rate <= most,
      },
    ];
  });
  const commitment = (value: string) => ({ alg: "sha256", value, salted: false });
  return {
    _type: STATEMENT,
    subject: [
      { name: model.id, digest: { sha256: model.sha256 } },
      { name: images.set, digest: { sha256: dataSet } },
    ],
    predicateType: EVAL_RESULT,
    predicate: {
      verifier: { id: "urn:onepixel:audit" },
      evaluatedAt: `${date}T00:00:00Z`,
      suite: { name: "onepixel-audit", version },
      claims,
      sampleSize: rows[0]?.statistics.fooled.n ?? 0,
      commitments: { model: commitment(model.sha256), dataset: commitment(dataSet) },
      assuranceLevel: "self_attested",
      subjectProfile: "public-model",
      harness: { name: "onepixel", version },
    },
  };
}
