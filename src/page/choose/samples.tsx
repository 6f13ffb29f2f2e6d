import { useRef } from "hono/jsx/dom";
import type { Model, Sample } from "../../api/types.ts";
import { fits } from "./fitting.ts";

/** Thumbnails in a row of a set's sheet, see scripts/build/page.ts. */
const COLUMNS = 10;
/** Samples in a row of an album. */
const ALBUM_COLUMNS = 4;

interface SamplesProps {
  readonly samples: readonly Sample[];
  /** Only samples that fit it are shown. */
  readonly model: Model;
  readonly chosen: string | null;
  readonly onChoose: (name: string) => void;
}

interface Row {
  /** null in an album, whose rows have many labels. */
  readonly label: string | null;
  readonly members: readonly Member[];
}

interface Member {
  readonly sample: Sample;
  /** The sample's place in the sheet of its set, and the rows of the sheet. */
  readonly index: number;
  readonly sheetRows: number;
}

function rowsOf(samples: readonly Sample[], model: Model): Row[] {
  const bySet = Map.groupBy(samples, ({ set }) => set);
  const members = samples
    .filter((sample) => fits(sample, model))
    .map((sample): Member => {
      const sheet = bySet.get(sample.set)!;
      return { sample, index: sheet.indexOf(sample), sheetRows: Math.ceil(sheet.length / COLUMNS) };
    });
  const byLabel = Map.groupBy(members, ({ sample }) => sample.label);
  // Samples of a label each, such as photos, would leave a row each empty.
  if (members.length > 1 && byLabel.size === members.length) {
    return Array.from({ length: Math.ceil(members.length / ALBUM_COLUMNS) }, (_, row) => ({
      label: null,
      members: members.slice(row * ALBUM_COLUMNS, (row + 1) * ALBUM_COLUMNS),
    }));
  }
  return [...byLabel].map(([label, own]) => ({ label, members: own }));
}

/** Steps that an arrow key makes in the grid: rows, columns. */
const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The shipped samples that fit the model, a row a class: one group of radio buttons with arrow keys in both directions. */
export function Samples({ samples, model, chosen, onChoose }: SamplesProps) {
  const group = useRef<HTMLDivElement>(null);
  const rows = rowsOf(samples, model);
  const share = (position: number, count: number) => `${count > 1 ? (100 * position) / (count - 1) : 0}%`;
  const shown = rows.flatMap(({ members }) => members.map(({ sample }) => sample.name));
  const reachable = shown.includes(chosen ?? "") ? chosen : shown[0];

  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    const name = (event.target as HTMLElement).dataset.sample;
    if (!step || name === undefined) return;
    event.preventDefault();
    const row = rows.findIndex(({ members }) => members.some(({ sample }) => sample.name === name));
    const column = rows[row]!.members.findIndex(({ sample }) => sample.name === name);
    const { members } = rows[(row + step[0] + rows.length) % rows.length]!;
    const next = members[(Math.min(column, members.length - 1) + step[1] + members.length) % members.length]!;
    group.current?.querySelector<HTMLElement>(`[data-sample="${CSS.escape(next.sample.name)}"]`)?.focus();
    onChoose(next.sample.name);
  };

  return (
    <div class="samples" role="radiogroup" aria-label="Sample pictures" ref={group} onKeyDown={onKeyDown}>
      {rows.map(({ label, members }) => (
        <div class={label === null ? "sample-row is-album" : "sample-row"} key={members[0]!.sample.name}>
          {label !== null && (
            <span class="sample-label" aria-hidden="true">
              {label}
            </span>
          )}
          {members.map(({ sample, index, sheetRows }) => (
            // biome-ignore lint/a11y/useSemanticElements: a native radio button has no picture and no second direction.
            <button
              key={sample.name}
              type="button"
              role="radio"
              class="sample"
              data-sample={sample.name}
              title={sample.title ?? sample.name}
              aria-label={sample.name}
              aria-checked={sample.name === chosen ? "true" : "false"}
              tabindex={sample.name === reachable ? 0 : -1}
              onClick={() => onChoose(sample.name)}
              style={{
                "background-image": `url("/samples/${sample.set}.webp")`,
                "background-size": `${COLUMNS * 100}% ${sheetRows * 100}%`,
                "background-position": `${share(index % COLUMNS, COLUMNS)} ${share(Math.floor(index / COLUMNS), sheetRows)}`,
              }}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
