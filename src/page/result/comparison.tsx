import { useEffect, useState } from "hono/jsx/dom";
import type { ChangedPixel, Prediction } from "../../api/types.ts";
import { type Picture, withPixels } from "../picture/picture.ts";
import { PictureView } from "../picture/picture-view.tsx";
import { FEW } from "../picture/rings.ts";
import { count, percent } from "./format.ts";

/** Milliseconds that each picture is shown while blinking: below three changes a second. */
const BLINK = 600;

/** Alternates between true and false while `active`; stays true for those who want no motion. */
function useBlink(active: boolean): boolean {
  const [flipped, setFlipped] = useState(false);
  useEffect(() => {
    setFlipped(active);
    if (!active || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const timer = setInterval(() => setFlipped((old) => !old), BLINK);
    return () => clearInterval(timer);
  }, [active]);
  return flipped;
}

interface SaysProps {
  readonly prediction: Prediction | null;
  /** The label that it should be. */
  readonly label: string;
}

/** Prediction of the classifier. */
export function Says({ prediction, label }: SaysProps) {
  if (!prediction) return <span class="says">&nbsp;</span>;
  return (
    <span class={prediction.label === label ? "says" : "says is-wrong"}>
      <strong>{prediction.label}</strong> {percent(prediction.probability)}
    </span>
  );
}

/** A changed picture and what the classifier says about it. */
export interface Changed {
  /** null until it is known. */
  readonly prediction: Prediction | null;
  readonly pixels: readonly ChangedPixel[];
}

interface ChangedFigureProps {
  readonly picture: Picture | null;
  readonly changed: Changed | null;
  readonly label: string;
  /** What the picture is called: `After`, `Best try`. */
  readonly name: string;
  /** Whether it may be compared with the picture before. */
  readonly final: boolean;
}

/** The picture with pixels changed, each ringed; a toggle blinks between it and the picture before. */
export function ChangedFigure({ picture, changed, label, name, final }: ChangedFigureProps) {
  const [blinking, setBlinking] = useState(false);
  const comparable = final && changed !== null;
  const showsBefore = useBlink(blinking && comparable);
  return (
    <figure class="after">
      <div class={changed ? "frame" : "frame is-empty"}>
        {picture && changed ? (
          <PictureView
            image={showsBefore ? picture.image : withPixels(picture.image, changed.pixels)}
            description={`The picture with ${count(changed.pixels.length, "pixel")} changed`}
            ringed={changed.pixels}
            centre={changed.pixels[0]}
          />
        ) : (
          <span class="placeholder" aria-hidden="true">
            ?
          </span>
        )}
      </div>
      <figcaption>
        <span class="when">{showsBefore ? "Before" : name}</span>
        <Says prediction={changed?.prediction ?? null} label={label} />
        {comparable && (
          <button
            type="button"
            class="small"
            aria-pressed={blinking ? "true" : "false"}
            onClick={() => setBlinking(!blinking)}
          >
            Blink
          </button>
        )}
      </figcaption>
    </figure>
  );
}

interface OriginalFigureProps {
  readonly picture: Picture | null;
  readonly prediction: Prediction | null;
  readonly label: string;
  /** Where pixels were changed. */
  readonly ringed: readonly ChangedPixel[];
}

/** The picture as it was. So many rings that they hide a part of it are drawn after the change alone. */
export function OriginalFigure({ picture, prediction, label, ringed }: OriginalFigureProps) {
  return (
    <figure class="before">
      <div class="frame">
        {picture && (
          <PictureView
            image={picture.image}
            description={`The picture before: ${picture.name}`}
            ringed={ringed.length > FEW ? [] : ringed}
            centre={ringed[0]}
          />
        )}
      </div>
      <figcaption>
        <span class="when">Before</span>
        <Says prediction={prediction} label={label} />
      </figcaption>
    </figure>
  );
}
