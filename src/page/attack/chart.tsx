import { percent, queries } from "../result/format.ts";

export interface ChartPoint {
  readonly queries: number;
  /** Probability of the label that the attack takes away. */
  readonly label: number;
  /** Probability of the label that it tries to reach. */
  readonly wrong: number;
}

interface ChartProps {
  readonly points: readonly ChartPoint[];
  readonly label: string;
  /** The label that is tried for; null while it may be any. */
  readonly wrong: string | null;
}

const WIDTH = 400;
const HEIGHT = 190;
const LEFT = 44;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 24;

/** Most points of a line; more cannot be told apart. */
const MAX_POINTS = 400;

function thinned(points: readonly ChartPoint[]): readonly ChartPoint[] {
  const step = Math.ceil(points.length / MAX_POINTS);
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

/** The probability of the true label, and of the one tried for, against the queries spent. */
export function Chart({ points, label, wrong }: ChartProps) {
  const end = points.at(-1);
  const most = Math.max(1, end?.queries ?? 1);
  const x = (queries: number) => LEFT + ((WIDTH - LEFT - RIGHT) * queries) / most;
  const y = (probability: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - probability);
  const path = (value: (point: ChartPoint) => number) =>
    thinned(points)
      .map(
        (point, index) => `${index ? "L" : "M"}${x(point.queries).toFixed(1)} ${y(value(point)).toFixed(1)}`,
      )
      .join("");
  const other = wrong ?? "the strongest other label";
  const summary = end
    ? `After ${queries(end.queries)}: ${label} ${percent(end.label)}, ${other} ${percent(end.wrong)}.`
    : "Nothing has been searched yet.";
  return (
    <section class="card" aria-labelledby="chart-title">
      <h3 id="chart-title">How the probabilities change</h3>
      <p class="legend">
        <span class="key is-true">{label}</span>
        <span class="key is-wrong">{other}</span>
      </p>
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summary}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(share)} y2={y(share)} />
            <text x={LEFT - 6} y={y(share) + 4} text-anchor="end">
              {share * 100}%
            </text>
          </g>
        ))}
        <text x={LEFT} y={HEIGHT - 6}>
          0
        </text>
        <text x={WIDTH - RIGHT} y={HEIGHT - 6} text-anchor="end">
          {end ? queries(end.queries) : "queries"}
        </text>
        {end && (
          <g>
            <path class="line is-wrong" d={path((point) => point.wrong)} />
            <path class="line is-true" d={path((point) => point.label)} />
            <circle class="dot is-wrong" cx={x(end.queries)} cy={y(end.wrong)} r="3.5" />
            <circle class="dot is-true" cx={x(end.queries)} cy={y(end.label)} r="3.5" />
          </g>
        )}
      </svg>
    </section>
  );
}
