import type { Estimate } from "../../api/types.ts";
import { queries, seconds } from "../result/format.ts";

/** What the request would cost at most, and about how long it takes. */
export function Cost({ estimate }: { readonly estimate: Estimate | null }) {
  if (!estimate) return <p class="cost">&nbsp;</p>;
  const time =
    estimate.seconds === null
      ? ""
      : ` If it makes them all, it takes about ${seconds(estimate.seconds)} here.`;
  return (
    <p class="cost">
      At most {queries(estimate.queries)}, {Math.ceil(100 * estimate.share)}% of what a request may cost.
      {time}
    </p>
  );
}
