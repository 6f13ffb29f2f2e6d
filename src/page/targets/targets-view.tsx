import { useEffect, useState } from "hono/jsx/dom";
import type { Model, Prediction, TargetResult, TargetsResult } from "../../api/types.ts";
import { type Picture, withPixels } from "../picture/picture.ts";
import { PictureView } from "../picture/picture-view.tsx";
import { Bars } from "../result/bars.tsx";
import { ChangedFigure, OriginalFigure } from "../result/comparison.tsx";
import { percent } from "../result/format.ts";
import { PixelList } from "../result/pixel-list.tsx";
import { probabilitiesOf } from "../result/probabilities.ts";
import { RunNumbers } from "../result/run-numbers.tsx";
import type { Run } from "../service/use-run.ts";

interface TargetsViewProps {
  readonly model: Model;
  readonly picture: Picture | null;
  readonly prediction: Prediction | null;
  readonly run: Run<TargetsResult>;
}

interface TargetCardProps {
  readonly result: TargetResult;
  readonly image: ImageData;
  readonly shown: boolean;
  readonly onShow: () => void;
}

function TargetCard({ result, image, shown, onShow }: TargetCardProps) {
  const { target, status, after, pixels } = result;
  const reached = status === "fooled";
  return (
    <li>
      <button
        type="button"
        class={reached ? "target is-reached" : "target"}
        aria-pressed={shown ? "true" : "false"}
        onClick={onShow}
      >
        <span class="thumbnail">
          <PictureView image={withPixels(image, pixels)} description={null} ringed={[]} />
        </span>
        <strong>{target}</strong>
        <span class="target-note">{reached ? `reached, ${percent(after.probability)}` : "not reached"}</span>
      </button>
    </li>
  );
}

/** Every other class: can the picture be turned into it? */
export function TargetsView({ model, picture, prediction, run }: TargetsViewProps) {
  const { result } = run;
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    setShown(
      (result?.targets.find(({ status }) => status === "fooled") ?? result?.targets[0])?.target ?? null,
    );
  }, [result]);
  const current = result?.targets.find(({ target }) => target === shown) ?? null;
  const last = run.points.at(-1);
  const before = result?.before ?? prediction;
  const label = result?.label ?? picture?.sample?.label ?? before?.label ?? model.labels[0]!;
  const best = last && !result ? { prediction: last.best, pixels: last.best.pixels } : null;
  const changed = current ? { prediction: current.after, pixels: current.pixels } : best;
  const now = changed?.prediction ?? before;
  return (
    <>
      <div class="pair">
        <OriginalFigure
          picture={picture}
          prediction={before}
          label={label}
          ringed={current?.status === "fooled" ? current.pixels : []}
        />
        <ChangedFigure
          picture={picture}
          changed={changed}
          label={label}
          name={changed && current?.status !== "fooled" ? "Best try" : "After"}
          final={current !== null}
        />
      </div>
      {result && picture && (
        <ul class="targets" aria-label="Other classes">
          {result.targets.map((entry) => (
            <TargetCard
              key={entry.target}
              result={entry}
              image={picture.image}
              shown={entry.target === shown}
              onShow={() => setShown(entry.target)}
            />
          ))}
        </ul>
      )}
      <div class="facts">
        {changed && <PixelList pixels={changed.pixels} />}
        <RunNumbers run={run} queries={result?.cost.queries ?? last?.queries ?? 0} />
      </div>
      <div class="panels">
        <Bars
          labels={model.labels}
          probabilities={now && probabilitiesOf(now, model.labels)}
          label={label}
          wrong={shown}
        />
      </div>
    </>
  );
}
