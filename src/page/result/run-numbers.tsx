import type { Run } from "../service/use-run.ts";
import { seconds, whole } from "./format.ts";

interface RunNumbersProps {
  readonly run: Run<unknown>;
  readonly queries: number;
}

/** Below this, the way to the service takes longer than the queries: their rate would mean nothing. */
const FEW = 100;

/** What a run costs, live. */
export function RunNumbers({ run, queries }: RunNumbersProps) {
  const known = run.seconds > 0;
  return (
    <dl class="numbers">
      <div>
        <dt>Queries</dt>
        <dd>{known ? whole(queries) : "–"}</dd>
      </div>
      <div>
        <dt>Per second</dt>
        <dd>{known && queries >= FEW ? whole(queries / run.seconds) : "–"}</dd>
      </div>
      <div>
        <dt>Time</dt>
        <dd>{known ? seconds(run.seconds) : "–"}</dd>
      </div>
    </dl>
  );
}
