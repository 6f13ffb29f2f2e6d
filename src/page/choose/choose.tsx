import type { Estimate, Model, Sample } from "../../api/types.ts";
import { cornerCount } from "../../core/attack/corners.ts";
import { MOST_MAPPED } from "../../core/attack/map/settings.ts";
import type { Picture } from "../picture/picture.ts";
import { count } from "../result/format.ts";
import { ClassifierField } from "./classifier.tsx";
import { Cost } from "./cost.tsx";
import { Credits } from "./credits.tsx";
import { fits } from "./fitting.ts";
import { Options } from "./options.tsx";
import { OwnPicture } from "./own-picture.tsx";
import { Samples } from "./samples.tsx";
import type { Settings } from "./settings.ts";
import { Showcase } from "./showcase.tsx";

interface ChooseProps {
  readonly samples: readonly Sample[];
  readonly models: readonly Model[];
  readonly model: Model;
  readonly settings: Settings;
  /** The picture that is attacked, once it is there. */
  readonly picture: Picture | null;
  /** The picture's label, which the target must differ from, once it is known. */
  readonly label: string | null;
  /** What the start would cost, once it is known. */
  readonly estimate: Estimate | null;
  readonly running: boolean;
  readonly onChange: (changes: Partial<Settings>) => void;
  readonly onFile: (file: File) => void;
  readonly onStart: () => void;
  readonly onCancel: () => void;
}

function actionName({ view, target, pixels }: Settings, picture: Picture | null, model: Model): string {
  if (view === "map") {
    const isLarge =
      picture &&
      cornerCount({
        width: picture.image.width,
        height: picture.image.height,
        channels: model.input.channels,
      }) > MOST_MAPPED;
    return isLarge ? "Map the picture" : "Try every pixel";
  }
  if (pixels === "min" && view === "attack" && target === null) return "Find the fewest pixels";
  const means = pixels === "min" ? "with the fewest pixels" : `with ${count(pixels, "pixel")}`;
  if (view === "targets") return `Try every class ${means}`;
  return target === null ? `Fool it ${means}` : `Make it predict ${target} ${means}`;
}

/** What to attack and how, and the button that starts it. */
export function Choose(props: ChooseProps) {
  const { samples, models, model, settings, picture, label, running, onChange } = props;
  const credited = samples.find(({ name }) => name === settings.sample);
  return (
    <form
      class="choose"
      aria-label="What to attack"
      onSubmit={(event: Event) => {
        event.preventDefault();
        props.onStart();
      }}
    >
      <ClassifierField
        models={models}
        model={model}
        onChoose={(id) => onChange({ model: id, target: null })}
      />
      <Showcase models={models} samples={samples} />
      {samples.some((sample) => fits(sample, model)) && (
        <Samples
          samples={samples}
          model={model}
          chosen={settings.sample}
          onChoose={(name) => onChange({ sample: name, target: null })}
        />
      )}
      {credited && <Credits sample={credited} />}
      <OwnPicture onFile={props.onFile} />
      {(picture?.note || picture?.offer) && (
        <p class="note">
          {picture.note}{" "}
          {picture.offer && (
            <a href={picture.offer} download={picture.name}>
              Download {picture.name}
            </a>
          )}
        </p>
      )}
      <Options settings={settings} model={model} picture={picture} label={label} onChange={onChange} />
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
            {actionName(settings, picture, model)}
          </button>
        )}
        <Cost estimate={props.estimate} />
      </div>
    </form>
  );
}
