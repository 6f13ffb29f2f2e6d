/** What an audit may cost, told before it begins. */
import { availableParallelism } from "node:os";
import type { AttackSettings } from "../../core/attack/options/settings.ts";
import { mostQueries, workOfAttack } from "../../core/attack/options/work.ts";
import type { AuditDefinition } from "../../core/audit/definition.ts";
import type { Classifier } from "../../core/model/classifier.ts";

/** Of a million multiply-adds on one core, see src/core/oracle/price.ts. */
const SECONDS = 50e-6;
/** An audit that ends sooner needs no warning. */
const WORTH_TELLING = 60;

/** `90 minutes` */
function inWords(seconds: number): string {
  const units = [
    [86_400, "days"],
    [3600, "hours"],
    [60, "minutes"],
  ] as const;
  const [size, name] = units.find(([each]) => seconds >= 2 * each) ?? units[2];
  return `${Math.ceil(seconds / size)} ${name}`;
}

/**
 * The queries and the time of an audit of which no attack succeeds; null where that is less than a minute.
 * @param images how many are left
 * @param threads on how many images are attacked at once
 */
export function worstCase(
  classifier: Classifier,
  { rows, targeted, model }: Pick<AuditDefinition, "rows" | "targeted" | "model">,
  images: number,
  threads: number,
): string | null {
  const attacks = images * (targeted ? model.labels.length - 1 : 1);
  const settings = rows.map((row) => row.settings as AttackSettings);
  const queries = attacks * settings.reduce((sum, each) => sum + mostQueries(each), 0);
  const cost = `${images} ${images === 1 ? "image takes" : "images take"} up to ${queries.toLocaleString("en")} queries`;
  if (classifier.remote) return `${cost}; a search that succeeds ends earlier`;
  const fitting = "tensors" in classifier.cost() ? "incremental" : "onnxruntime";
  const work = settings.reduce(
    (sum, each) => sum + workOfAttack({ classifier, engine: each.engine ?? fitting }, each),
    0,
  );
  const seconds = (attacks * work * SECONDS) / Math.min(threads, availableParallelism());
  if (seconds < WORTH_TELLING) return null;
  return `${cost}, about ${inWords(seconds)} if no search succeeds; --count, --pixels and --budget make it shorter`;
}
