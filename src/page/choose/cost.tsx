import type { Estimate } from "../../api/types.ts";
import { queries, seconds, whole } from "../result/format.ts";

/** No more precise than an estimate is; the unit stays on the line of its number. */
const about = (value: number): string =>
  (value < 1 ? seconds(value) : `${whole(value)} s`).replace(" ", "\u00a0");

/** What the request would cost at most, and about how long it takes. */
export function Cost({ estimate }: { readonly estimate: Estimate | null }) {
  if (!estimate) return <p class="cost">&nbsp;</p>;
  const time =
    estimate.seconds === null ? "" : ` If it makes them all, it takes about ${about(estimate.seconds)} here.`;
  return (
    <p class="cost">
      At most {queries(estimate.queries)}, {Math.ceil(100 * estimate.share)}% of what a request may cost.
      {time}
    </p>
  );
}
