import type { Model } from "../../api/types.ts";
import { type Search, type Space, searches, spaces } from "../../core/attack/options/settings.ts";
import type { Picture } from "../picture/picture.ts";
import type { Pixels, Settings } from "./settings.ts";

interface OptionsProps {
  readonly settings: Settings;
  readonly model: Model;
  readonly picture: Picture | null;
  /** The label that the target must differ from, once it is known. */
  readonly label: string | null;
  readonly onChange: (changes: Partial<Settings>) => void;
}

interface PixelChoice {
  readonly pixels: Pixels;
  readonly name: string;
}

/** 273 is the number that the authors of the attack name for a photo of 280,000 pixels. */
const pixelChoices: Readonly<Record<Space, readonly PixelChoice[]>> = {
  input: [
    { pixels: 1, name: "1" },
    { pixels: 3, name: "3" },
    { pixels: 5, name: "5" },
    { pixels: "min", name: "fewest" },
  ],
  source: [
    { pixels: 1, name: "1" },
    { pixels: 5, name: "5" },
    { pixels: 50, name: "50" },
    { pixels: 273, name: "273" },
  ],
};

const spaceNames: Readonly<Record<Space, string>> = {
  input: "the classifier’s input",
  source: "the picture itself",
};

const searchNames: Readonly<Record<Search, string>> = {
  auto: "Automatic",
  de: "Differential evolution",
  corners: "Every corner colour, one pixel",
  "sparse-rs": "Sparse-RS",
  random: "Random search",
};

function chosenIn(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}

/** A whole number in a field, or undefined while it holds none in the range. */
function numberIn(event: Event): number | undefined {
  const field = event.target as HTMLInputElement;
  return field.value !== "" && field.checkValidity() ? Number(field.value) : undefined;
}

/** Whose pixels change: a question only for pictures that the classifier sees in another size. */
function SpaceField({ settings, onChange }: OptionsProps) {
  return (
    <label class="field">
      <span>Change pixels of</span>
      <select
        value={settings.space}
        onChange={(event: Event) => onChange({ space: chosenIn(event) as Space })}
      >
        {spaces.map((space) => (
          <option key={space} value={space}>
            {spaceNames[space]}
          </option>
        ))}
      </select>
    </label>
  );
}

function PixelsField({ settings, model, picture, onChange }: OptionsProps) {
  const { width, height } = picture?.image ?? model.input;
  const most = Math.min(1024, width * height);
  const choices = pixelChoices[picture?.space ?? "input"];
  return (
    <fieldset class="field is-stacked">
      <legend>Pixels to change</legend>
      <div class="segments">
        {choices.map(({ pixels, name }) => (
          <label key={pixels} class="segment">
            <input
              type="radio"
              name="pixels"
              value={pixels}
              checked={settings.pixels === pixels}
              onChange={() => onChange({ pixels })}
            />
            <span>{name}</span>
          </label>
        ))}
        <input
          class="segment-number"
          type="number"
          aria-label="Another number of pixels"
          min={1}
          max={most}
          step={1}
          placeholder="other"
          value={choices.some(({ pixels }) => pixels === settings.pixels) ? "" : settings.pixels}
          onInput={(event: Event) => {
            const pixels = numberIn(event);
            if (pixels !== undefined) onChange({ pixels });
          }}
        />
      </div>
    </fieldset>
  );
}

function SearchField({ settings, onChange }: OptionsProps) {
  return (
    <label class="field">
      <span>Search</span>
      <select
        value={settings.search}
        onChange={(event: Event) => onChange({ search: chosenIn(event) as Search })}
      >
        {searches.map((search) => (
          <option key={search} value={search}>
            {searchNames[search]}
          </option>
        ))}
      </select>
    </label>
  );
}

function SeedField({ settings, onChange }: OptionsProps) {
  return (
    <label class="field">
      <span>Seed</span>
      <input
        type="number"
        min={0}
        max={2 ** 32 - 1}
        step={1}
        value={settings.seed}
        onInput={(event: Event) => {
          const seed = numberIn(event);
          if (seed !== undefined) onChange({ seed });
        }}
      />
    </label>
  );
}

/** Everything that can be set besides the picture. */
export function Options(props: OptionsProps) {
  const { settings, model, label, onChange } = props;
  return (
    <div class="options">
      {props.picture?.resized && <SpaceField {...props} />}
      {settings.view !== "map" && <PixelsField {...props} />}
      {settings.view === "attack" && (
        <label class="field">
          <span>Make it predict</span>
          <select
            value={settings.target ?? ""}
            onChange={(event: Event) => onChange({ target: chosenIn(event) || null })}
          >
            <option value="">anything else</option>
            {model.labels
              .filter((name) => name !== label)
              .map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
          </select>
        </label>
      )}
      <details class="more">
        <summary>More settings</summary>
        {settings.view !== "map" && <SearchField {...props} />}
        <SeedField {...props} />
      </details>
    </div>
  );
}
