import type { Run } from "../service/use-run.ts";
import { seconds, whole } from "./format.ts";

interface RunNumbersProps {
  readonly run: Run<unknown>;
  readonly queries: number;
}

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
        <dd>{known ? whole(queries / run.seconds) : "–"}</dd>
      </div>
      <div>
        <dt>Time</dt>
        <dd>{known ? seconds(run.seconds) : "–"}</dd>
      </div>
    </dl>
  );
}
