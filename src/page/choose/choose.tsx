import type { Model, Sample } from "../../api/types.ts";
import { count } from "../result/format.ts";
import { fits } from "./fitting.ts";
import { Options } from "./options.tsx";
import { OwnPicture } from "./own-picture.tsx";
import { Samples } from "./samples.tsx";
import type { Settings } from "./settings.ts";

interface ChooseProps {
  readonly samples: readonly Sample[];
  readonly models: readonly Model[];
  readonly model: Model;
  readonly settings: Settings;
  /** What was done to the picture to fit the classifier. */
  readonly note: string | null;
  /** Where the file that is sent can be downloaded, and its name; null if the user has it. */
  readonly offer: { readonly href: string; readonly name: string } | null;
  /** The picture's label, which the target must differ from, once it is known. */
  readonly label: string | null;
  readonly running: boolean;
  readonly onChange: (changes: Partial<Settings>) => void;
  readonly onFile: (file: File) => void;
  readonly onStart: () => void;
  readonly onCancel: () => void;
}

function actionName({ view, target, pixels }: Settings): string {
  if (view === "map") return "Try every pixel";
  if (pixels === "min" && view === "attack" && target === null) return "Find the fewest pixels";
  const means = pixels === "min" ? "with the fewest pixels" : `with ${count(pixels, "pixel")}`;
  if (view === "targets") return `Try every class ${means}`;
  return target === null ? `Fool it ${means}` : `Make it predict ${target} ${means}`;
}

/** What to attack and how, and the button that starts it. */
export function Choose(props: ChooseProps) {
  const { samples, models, model, settings, note, offer, label, running, onChange } = props;
  return (
    <form
      class="choose"
      aria-label="What to attack"
      onSubmit={(event: Event) => {
        event.preventDefault();
        props.onStart();
      }}
    >
      {samples.some((sample) => fits(sample, model)) && (
        <Samples
          samples={samples}
          model={model}
          chosen={settings.sample}
          onChoose={(name) => onChange({ sample: name, target: null })}
        />
      )}
      <OwnPicture onFile={props.onFile} />
      {(note || offer) && (
        <p class="note">
          {note}{" "}
          {offer && (
            <a href={offer.href} download={offer.name}>
              Download {offer.name}
            </a>
          )}
        </p>
      )}
      <Options settings={settings} model={model} models={models} label={label} onChange={onChange} />
      <div class="action">
        {running ? (
          <button
            key="cancel"
            type="button"
            class="primary is-cancel"
            onClick={(event: MouseEvent) => {
              // The second click of a double click on the start button is not meant for this one.
              if (event.detail < 2) props.onCancel();
            }}
          >
            Cancel
          </button>
        ) : (
          <button key="start" type="submit" class="primary">
            {actionName(settings)}
          </button>
        )}
      </div>
    </form>
  );
}
