import { useEffect, useRef, useState } from "hono/jsx/dom";
import type { ChangedPixel, FoolingColour, MapPixel, MapResult, Model, Prediction } from "../../api/types.ts";
import { largestMargin } from "../../report/map/heat-colour.ts";
import { type Picture, pngOf, withPixels } from "../picture/picture.ts";
import { Bars } from "../result/bars.tsx";
import { type Changed, ChangedFigure, OriginalFigure, Says } from "../result/comparison.tsx";
import { percent, whole } from "../result/format.ts";
import { Swatch } from "../result/pixel-list.tsx";
import { probabilitiesOf } from "../result/probabilities.ts";
import { RunNumbers } from "../result/run-numbers.tsx";
import { classify } from "../service/api.ts";
import type { Run } from "../service/use-run.ts";
import { HeatScale } from "./heat-scale.tsx";
import { MapPicture } from "./map-picture.tsx";

interface MapViewProps {
  readonly model: Model;
  readonly picture: Picture | null;
  readonly prediction: Prediction | null;
  readonly run: Run<MapResult>;
  readonly announce: (message: string) => void;
}

function hexAt({ data, width }: ImageData, x: number, y: number): string {
  const at = (y * width + x) * 4;
  return `#${[...data.subarray(at, at + 3)].map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** What a margin means: how many times as likely the label is as the strongest other one. */
function ratio(margin: number): string {
  const times = Math.exp(margin);
  return times < 10 ? times.toFixed(1) : whole(times);
}

/** The most certain of all fooling changes. */
function surest(pixels: readonly MapPixel[]) {
  const changes = pixels.flatMap((pixel) => pixel.fooling.map((entry) => ({ pixel, entry })));
  return changes.toSorted((a, b) => b.entry.probability - a.entry.probability)[0];
}

interface PixelFactsProps {
  readonly pixel: MapPixel;
  readonly label: string;
  /** The change that is shown, if it is to one pixel. */
  readonly applied: ChangedPixel | undefined;
  readonly onApply: (colour: FoolingColour) => void;
}

/** Which colours of one pixel fool the classifier, and into what. */
function PixelFacts({ pixel, label, applied, onApply }: PixelFactsProps) {
  const place = `x ${pixel.x}, y ${pixel.y}`;
  const shows = ({ colour }: FoolingColour) =>
    applied?.x === pixel.x && applied.y === pixel.y && applied.to === colour;
  if (pixel.fooling.length === 0) {
    return (
      <p class="pixel-facts">
        <strong>{place}</strong>: no colour fools the classifier. Every one leaves {label} at least{" "}
        {ratio(pixel.margin)} times as likely as the next class.
      </p>
    );
  }
  return (
    <div class="pixel-facts">
      <strong>{place}</strong>
      <ul>
        {pixel.fooling.map((entry) => (
          <li key={entry.colour}>
            <button
              type="button"
              class="small"
              aria-pressed={shows(entry) ? "true" : "false"}
              onClick={() => onApply(entry)}
            >
              <Swatch colour={entry.colour} /> <code>{entry.colour}</code> makes it {entry.label}{" "}
              {percent(entry.probability)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The vulnerability map: which single pixels fool the classifier, and how. */
export function MapView({ model, picture, prediction, run, announce }: MapViewProps) {
  // What the pointer is over comes before what was clicked or reached by the keyboard.
  const [hovered, setHovered] = useState<MapPixel | null>(null);
  const [pinned, setPinned] = useState<MapPixel | null>(null);
  const pointed = hovered ?? pinned;
  const { result } = run;
  const [shown, setShown] = useState<{ readonly of: MapResult | null; readonly changed: Changed | null }>({
    of: null,
    changed: null,
  });
  // A change belongs to one map: a later one may be of a model with other labels.
  const applied = shown.of === result ? shown.changed : null;
  const setApplied = (changed: Changed | null) => setShown({ of: result, changed });
  const latest = useRef<readonly ChangedPixel[]>([]);

  /** Shows a change, and what the classifier says about it, in the order of the clicks. */
  const apply = async ({ x, y }: MapPixel, { colour }: FoolingColour): Promise<string> => {
    const pixels = [{ x, y, from: hexAt(picture!.image, x, y), to: colour }];
    latest.current = pixels;
    setApplied({ prediction: null, pixels });
    try {
      const said = await classify({ image: pngOf(withPixels(picture!.image, pixels)) }, model);
      if (latest.current === pixels) setApplied({ prediction: said, pixels });
      return `x ${x}, y ${y} set to ${colour}: the classifier predicts ${said.label}, ${percent(said.probability)}.`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const applyAndTell = (pixel: MapPixel, entry: FoolingColour) => void apply(pixel, entry).then(announce);

  useEffect(() => {
    const weakest = result && surest(result.pixels);
    latest.current = [];
    setHovered(null);
    setPinned(weakest?.pixel ?? null);
    setApplied(null);
    if (weakest) void apply(weakest.pixel, weakest.entry);
  }, [result]);

  const last = run.points.at(-1);
  const changed = applied ?? (last && !result ? { prediction: last.best, pixels: last.best.pixels } : null);
  const before = result?.before ?? prediction;
  const label = result?.label ?? picture?.sample?.label ?? before?.label ?? model.labels[0]!;
  const now = changed?.prediction ?? before;
  const wrong = now && now.label !== label ? now.label : null;
  return (
    <>
      <div class="pair">
        {result && picture ? (
          <figure class="before">
            <MapPicture
              image={picture.image}
              result={result}
              pointed={pointed}
              onHover={setHovered}
              onPin={setPinned}
              onApply={(pixel) => {
                const change = surest([pixel]);
                if (change) applyAndTell(pixel, change.entry);
              }}
            />
            <figcaption>
              <span class="when">Before</span>
              <Says prediction={before} label={label} />
              <HeatScale largest={largestMargin(result.pixels)} />
            </figcaption>
          </figure>
        ) : (
          <OriginalFigure picture={picture} prediction={before} label={label} ringed={[]} />
        )}
        <ChangedFigure
          picture={picture}
          changed={changed}
          label={label}
          name={applied || !changed ? "After" : "Best try"}
          final={applied !== null}
        />
      </div>
      <div class="facts">
        {pointed && (
          <PixelFacts
            label={label}
            pixel={pointed}
            applied={applied?.pixels[0]}
            onApply={(entry) => applyAndTell(pointed, entry)}
          />
        )}
        <RunNumbers run={run} queries={result?.cost.queries ?? last?.queries ?? 0} />
      </div>
      <div class="panels">
        <Bars
          labels={model.labels}
          probabilities={now && probabilitiesOf(now, model.labels)}
          label={label}
          wrong={wrong}
        />
      </div>
    </>
  );
}
