import type { ChangedPixel, MapBlock } from "../../api/types.ts";
import { count, percent, whole } from "../result/format.ts";
import { Swatch } from "../result/pixel-list.tsx";
import type { FoolingChange } from "./blocks.ts";

interface BlockFactsProps {
  readonly block: MapBlock;
  readonly label: string;
  /** The change that is shown, if it is to one pixel. */
  readonly applied: ChangedPixel | undefined;
  readonly onApply: (change: FoolingChange) => void;
}

/** The most changes that are listed one by one. */
const MOST_LISTED = 12;

/** What a margin means: how many times as likely the label is as the strongest other one. */
function ratio(margin: number): string {
  const times = Math.exp(margin);
  return times < 10 ? times.toFixed(1) : whole(times);
}

const span = (from: number, length: number): string =>
  length === 1 ? `${from}` : `${from}–${from + length - 1}`;

/** Which changes in one block, which may be a single pixel, fool the classifier, and into what. */
export function BlockFacts({ block, label, applied, onApply }: BlockFactsProps) {
  const { x, y, width, height, tried, changes, margin, fooling } = block;
  const isPixel = width === 1 && height === 1;
  const isComplete = tried === changes;
  const place = `x ${span(x, width)}, y ${span(y, height)}`;
  const scope = isComplete ? "" : ` ${whole(tried)} of its ${count(changes, "change")} were tried.`;
  const shows = (change: FoolingChange) =>
    applied?.x === change.x && applied.y === change.y && applied.to === change.colour;
  if (fooling.length === 0) {
    return (
      <p class="pixel-facts">
        <strong>{place}</strong>:{" "}
        {isComplete
          ? `no ${isPixel ? "colour" : "change"} fools the classifier. Every one leaves `
          : "none was found that fools the classifier. Those tried leave "}
        {label} at least {ratio(margin)} times as likely as the next class.{scope}
      </p>
    );
  }
  const listed = fooling.toSorted((a, b) => b.probability - a.probability).slice(0, MOST_LISTED);
  return (
    <div class="pixel-facts">
      <strong>{place}</strong>
      {scope && `: ${count(fooling.length, "change")} found.${scope}`}
      <ul>
        {(isPixel ? fooling : listed).map((change) => (
          <li key={`${change.x} ${change.y} ${change.colour}`}>
            <button
              type="button"
              class="small"
              aria-pressed={shows(change) ? "true" : "false"}
              onClick={() => onApply(change)}
            >
              {!isPixel && `x ${change.x}, y ${change.y} `}
              <Swatch colour={change.colour} /> <code>{change.colour}</code> makes it {change.label}{" "}
              {percent(change.probability)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
