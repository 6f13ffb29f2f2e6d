import type { AttackResult, Model, Prediction } from "../../api/types.ts";
import type { Settings } from "../choose/settings.ts";
import type { Picture } from "../picture/picture.ts";
import { Bars } from "../result/bars.tsx";
import { type Changed, ChangedFigure, OriginalFigure } from "../result/comparison.tsx";
import { PixelList } from "../result/pixel-list.tsx";
import { probabilitiesOf } from "../result/probabilities.ts";
import { RunNumbers } from "../result/run-numbers.tsx";
import type { Run } from "../service/use-run.ts";
import { Chart, type ChartPoint } from "./chart.tsx";
import { Tools } from "./tools.tsx";

interface AttackViewProps {
  readonly model: Model;
  readonly settings: Settings;
  readonly picture: Picture | null;
  readonly prediction: Prediction | null;
  readonly run: Run<AttackResult>;
  readonly announce: (message: string) => void;
  /** Tries again with other settings. */
  readonly onTry: (changes: Partial<Settings>) => void;
}

/** The best picture so far: the result's, or the best candidate's while the search runs. */
function bestOf({ result, points }: Run<AttackResult>): Changed | null {
  if (result)
    return result.status === "misclassified" ? null : { prediction: result.after, pixels: result.pixels };
  const best = points.at(-1)?.best;
  return best ? { prediction: best, pixels: best.pixels } : null;
}

/** The strongest label besides `label`. */
function strongestOther(labels: readonly string[], probabilities: readonly number[], label: string): string {
  const others = labels.map((_, index) => index).filter((index) => labels[index] !== label);
  return labels[
    others.reduce((best, index) => (probabilities[index]! > probabilities[best]! ? index : best))
  ]!;
}

function chartPoints({ run, settings, prediction, model }: AttackViewProps, label: string): ChartPoint[] {
  const { labels } = model;
  const point = (queries: number, shown: Prediction): ChartPoint => {
    const probabilities = probabilitiesOf(shown, labels);
    const wrong = settings.target ?? strongestOther(labels, probabilities, label);
    return {
      queries,
      label: probabilities[labels.indexOf(label)] ?? 0,
      wrong: probabilities[labels.indexOf(wrong)] ?? 0,
    };
  };
  const before = run.result?.before ?? prediction;
  return [
    ...(before && run.points.length + Number(run.result !== null) > 0 ? [point(0, before)] : []),
    ...run.points.map(({ queries, best }) => point(queries, best)),
    ...(run.result && run.result.status !== "misclassified"
      ? [point(run.result.cost.queries, run.result.after)]
      : []),
  ];
}

/** Before and after side by side, and the numbers behind them, live. */
export function AttackView(props: AttackViewProps) {
  const { model, settings, picture, prediction, run, announce, onTry } = props;
  const before = run.result?.before ?? prediction;
  const best = bestOf(run);
  const label = run.result?.label ?? picture?.sample?.label ?? before?.label ?? model.labels[0]!;
  const now = best?.prediction ?? before;
  const probabilities = now && probabilitiesOf(now, model.labels);
  const wrong = settings.target ?? (probabilities && strongestOther(model.labels, probabilities, label));
  const fooled = run.result?.status === "fooled";
  const done = run.result !== null;

  return (
    <>
      <div class="pair">
        <OriginalFigure
          picture={picture}
          prediction={before}
          label={label}
          ringed={fooled ? best!.pixels : []}
        />
        <ChangedFigure
          picture={picture}
          changed={best}
          label={label}
          name={done || best === null ? "After" : "Best try"}
          final={done}
        />
      </div>
      <div class="facts">
        {best && <PixelList pixels={best.pixels} />}
        <RunNumbers run={run} queries={run.result?.cost.queries ?? run.points.at(-1)?.queries ?? 0} />
        {run.result && picture && (
          <Tools
            result={run.result}
            settings={settings}
            picture={picture}
            announce={announce}
            onTry={onTry}
          />
        )}
      </div>
      <div class="panels">
        <Bars labels={model.labels} probabilities={probabilities} label={label} wrong={wrong} />
        <Chart
          points={chartPoints(props, label)}
          label={label}
          wrong={settings.target ?? (fooled ? run.result!.after.label : null)}
        />
      </div>
    </>
  );
}
