import { useEffect, useState } from "hono/jsx/dom";
import type { Answer, AttackResult, ChangedPixel, Model } from "./api.ts";
import { Bars } from "./bars.tsx";
import { Chart, type ChartPoint } from "./chart.tsx";
import { count, percent, seconds, whole } from "./format.ts";
import { type Picture, withPixels } from "./picture.ts";
import { PictureView } from "./picture-view.tsx";
import { ResultDetails } from "./result-details.tsx";
import type { Settings } from "./settings.ts";
import type { Run } from "./use-run.ts";
import type { Verdict } from "./verdict.ts";

interface AttackViewProps {
  readonly model: Model;
  readonly settings: Settings;
  readonly picture: Picture | null;
  readonly answer: Answer | null;
  readonly run: Run<AttackResult>;
  readonly verdict: Verdict;
  readonly announce: (message: string) => void;
}

/** The best picture so far: the result's, or the best candidate's while the search runs. */
interface Best {
  readonly answer: Answer;
  readonly pixels: readonly ChangedPixel[];
}

function bestOf({ result, points }: Run<AttackResult>): Best | null {
  if (result) return { answer: result.after, pixels: result.pixels };
  const best = points.at(-1)?.best;
  return best ? { answer: best, pixels: best.pixels } : null;
}

/** The strongest label besides `label`. */
function strongestOther(labels: readonly string[], probabilities: readonly number[], label: string): string {
  const others = labels.map((_, index) => index).filter((index) => labels[index] !== label);
  return labels[
    others.reduce((best, index) => (probabilities[index]! > probabilities[best]! ? index : best))
  ]!;
}

function chartPoints(props: AttackViewProps, label: string): ChartPoint[] {
  const { run, settings, answer, model } = props;
  const { labels } = model;
  const point = (queries: number, { probabilities }: Answer): ChartPoint => {
    const wrong = settings.target ?? strongestOther(labels, probabilities, label);
    return {
      queries,
      label: probabilities[labels.indexOf(label)] ?? 0,
      wrong: probabilities[labels.indexOf(wrong)] ?? 0,
    };
  };
  const before = run.result?.before ?? answer;
  return [
    ...(before && run.state !== "idle" ? [point(0, before)] : []),
    ...run.points.map(({ queries, best }) => point(queries, best)),
    ...(run.result && run.result.status !== "misclassified"
      ? [point(run.result.cost.queries, run.result.after)]
      : []),
  ];
}

/** Alternates between false and true while `active`; stays true for those who want no motion. */
function useBlink(active: boolean): boolean {
  const [flipped, setFlipped] = useState(false);
  useEffect(() => {
    setFlipped(active);
    if (!active || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const timer = setInterval(() => setFlipped((old) => !old), 600);
    return () => clearInterval(timer);
  }, [active]);
  return flipped;
}

function Caption({ answer, wrong }: { readonly answer: Answer | null; readonly wrong: boolean }) {
  if (!answer) return <span class="says">&nbsp;</span>;
  return (
    <span class={wrong ? "says is-wrong" : "says"}>
      <strong>{answer.label}</strong> {percent(answer.probability)}
    </span>
  );
}

/** Before and after side by side, and the numbers behind them, live. */
export function AttackView(props: AttackViewProps) {
  const { model, settings, picture, answer, run, verdict, announce } = props;
  const [blinking, setBlinking] = useState(false);
  const showsBefore = useBlink(blinking && run.result !== null);
  const before = run.result?.before ?? answer;
  const best = bestOf(run);
  const label = run.result?.label ?? picture?.sample?.label ?? before?.label ?? model.labels[0]!;
  const now = best?.answer ?? before;
  const wrong = settings.target ?? (now ? strongestOther(model.labels, now.probabilities, label) : null);
  const fooled = run.result?.status === "fooled";
  const last = run.points.at(-1);
  const queries = run.result?.cost.queries ?? last?.queries ?? 0;
  const changed = picture && best ? withPixels(picture.image, best.pixels) : null;

  return (
    <section class="view" aria-label="Attack">
      <div class={`verdict is-${verdict.tone}`}>
        <h2>{verdict.title}</h2>
        <p>{verdict.text}</p>
      </div>
      <div class="pair">
        <figure>
          <div class="frame">
            {picture && (
              <PictureView
                image={picture.image}
                description={`The picture before: ${picture.name}`}
                ringed={fooled ? best!.pixels : []}
              />
            )}
          </div>
          <figcaption>
            <span class="when">Before</span>
            <Caption answer={before} wrong={false} />
          </figcaption>
        </figure>
        <figure>
          <div class={changed ? "frame" : "frame is-empty"}>
            {picture && changed && (
              <PictureView
                image={showsBefore ? picture.image : changed}
                description={`The picture with ${count(best!.pixels.length, "pixel")} changed`}
                ringed={best!.pixels}
              />
            )}
            {!changed && <span class="placeholder">?</span>}
          </div>
          <figcaption>
            <span class="when">
              {run.result ? (showsBefore ? "Before" : "After") : run.state === "idle" ? "After" : "Best try"}
            </span>
            <Caption answer={best?.answer ?? null} wrong={best !== null && best.answer.label !== label} />
          </figcaption>
        </figure>
      </div>
      {run.result && (
        <ResultDetails
          result={run.result}
          settings={settings}
          picture={picture!}
          blinking={blinking}
          onBlink={setBlinking}
          announce={announce}
        />
      )}
      <div class="panels">
        <Bars labels={model.labels} probabilities={now?.probabilities ?? null} label={label} wrong={wrong} />
        <div>
          <Chart
            points={chartPoints(props, label)}
            label={label}
            wrong={settings.target ?? (fooled ? run.result!.after.label : null)}
          />
          <dl class="numbers">
            <div>
              <dt>Queries</dt>
              <dd>{whole(queries)}</dd>
            </div>
            <div>
              <dt>Queries a second</dt>
              <dd>{run.seconds > 0 ? whole(queries / run.seconds) : "–"}</dd>
            </div>
            <div>
              <dt>Time</dt>
              <dd>{run.seconds > 0 ? seconds(run.seconds) : "–"}</dd>
            </div>
          </dl>
        </div>
      </div>
    </section>
  );
}
