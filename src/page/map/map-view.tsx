import { useEffect, useMemo, useRef, useState } from "hono/jsx/dom";
import type { ChangedPixel, MapBlock, MapResult, Model, Prediction } from "../../api/types.ts";
import { type Picture, pngOf, withPixels } from "../picture/picture.ts";
import { Bars } from "../result/bars.tsx";
import { type Changed, ChangedFigure, OriginalFigure, Says } from "../result/comparison.tsx";
import { count, percent, whole } from "../result/format.ts";
import { probabilitiesOf } from "../result/probabilities.ts";
import { RunNumbers } from "../result/run-numbers.tsx";
import { classify } from "../service/api.ts";
import type { Run } from "../service/use-run.ts";
import { BlockFacts } from "./block-facts.tsx";
import { type FoolingChange, type Known, knownOf, knownScale } from "./blocks.ts";
import { HeatScale } from "./heat-scale.tsx";
import { MapPicture } from "./map-picture.tsx";
import { useKnown } from "./use-known.ts";

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

/** The most certain of all fooling changes, and its block. */
function surest(blocks: readonly MapBlock[]) {
  const found = blocks.flatMap((block) => block.fooling.map((change) => ({ block, change })));
  return found.toSorted((a, b) => b.change.probability - a.change.probability)[0];
}

/** How much of the map was tried. */
function Sampled({ known, image, channels }: { known: Known; image: ImageData; channels: number }) {
  const changes = image.width * image.height * 2 ** channels;
  const tried = known.blocks.reduce((sum, block) => sum + block.tried, 0);
  const sides = known.blocks.flatMap(({ width, height }) => [width, height]);
  return (
    <p class="sampled">
      {whole(tried)} of {whole(changes)} one-pixel changes tried, in {count(known.blocks.length, "block")} of
      up to {count(Math.max(...sides), "pixel")} a side. Of the others nothing is known.
    </p>
  );
}

/** The vulnerability map: which single pixels fool the classifier, and how. */
export function MapView({ model, picture, prediction, run, announce }: MapViewProps) {
  // What the pointer is over comes before what was clicked or reached by the keyboard.
  const [hovered, setHovered] = useState<MapBlock | null>(null);
  const [pinned, setPinned] = useState<MapBlock | null>(null);
  const pointed = hovered ?? pinned;
  const { result } = run;
  const { channels } = model.input;
  const running = useKnown(run);
  const known = useMemo(() => (result ? knownOf(result, channels) : running), [result, running]);
  const [shown, setShown] = useState<{ readonly of: MapResult | null; readonly changed: Changed | null }>({
    of: null,
    changed: null,
  });
  // A change belongs to one map: a later one may be of a model with other labels.
  const applied = shown.of === result ? shown.changed : null;
  const setApplied = (changed: Changed | null) => setShown({ of: result, changed });
  const latest = useRef<readonly ChangedPixel[]>([]);

  /** Shows a change, and what the classifier says about it, in the order of the clicks. */
  const apply = async ({ x, y, colour }: FoolingChange): Promise<string> => {
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
  const applyAndTell = (change: FoolingChange) => void apply(change).then(announce);

  useEffect(() => {
    const weakest = result && surest(knownOf(result, channels).blocks);
    latest.current = [];
    setHovered(null);
    setPinned(weakest?.block ?? null);
    setApplied(null);
    if (weakest) void apply(weakest.change);
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
        {known && picture ? (
          <figure class="before">
            <MapPicture
              image={picture.image}
              known={known}
              pointed={pointed}
              onHover={setHovered}
              onPin={setPinned}
              onApply={(block) => {
                const found = surest([block]);
                if (found) applyAndTell(found.change);
              }}
            />
            <figcaption>
              <span class="when">Before</span>
              <Says prediction={before} label={label} />
              <HeatScale scale={knownScale(known)} />
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
        {known?.sampled && picture && <Sampled known={known} image={picture.image} channels={channels} />}
        {pointed && (
          <BlockFacts label={label} block={pointed} applied={applied?.pixels[0]} onApply={applyAndTell} />
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
