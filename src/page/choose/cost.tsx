import type { Estimate } from "../../api/types.ts";
import { queries, seconds, whole } from "../result/format.ts";

/** No more precise than an estimate is. */
const about = (value: number): string => (value < 10 ? seconds(value) : `${whole(value)} s`);

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
