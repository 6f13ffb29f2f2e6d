import { useCallback, useEffect, useState } from "hono/jsx/dom";
import type { AttackResult, Models, Sample } from "./api.ts";
import { AttackView } from "./attack-view.tsx";
import { count } from "./format.ts";
import { Options } from "./options.tsx";
import { OwnPicture } from "./own-picture.tsx";
import { pictureField, pictureFragment } from "./picture.ts";
import { Samples } from "./samples.tsx";
import { attackOptions, formatSettings, parseSettings, type Settings } from "./settings.ts";
import { usePicture } from "./use-picture.ts";
import { useRun } from "./use-run.ts";
import { attackVerdict } from "./verdict.ts";

interface WorkbenchProps {
  readonly models: Models;
  readonly samples: readonly Sample[];
}

function actionName({ target, pixels }: Settings): string {
  const means = `with ${count(pixels, "pixel")}`;
  return target === null ? `Fool it ${means}` : `Make it say ${target} ${means}`;
}

/** Choose a picture, attack it, see what happened. */
export function Workbench({ models, samples }: WorkbenchProps) {
  const [settings, setSettings] = useState<Settings>(() => {
    const read = parseSettings(new URLSearchParams(location.search));
    return location.hash.startsWith("#image=") ? { ...read, sample: null } : read;
  });
  const [file, setFile] = useState<File | null>(null);
  const model =
    models.models.find(({ id }) => id === settings.model) ??
    models.models.find(({ id }) => id === models.default)!;
  const sample = samples.find(({ name }) => name === settings.sample) ?? null;
  const { picture, answer, problem } = usePicture(settings.sample === null ? file : sample, model);
  const { run, start, cancel, reset } = useRun<AttackResult>("/v1/attack");
  const [announcement, setAnnouncement] = useState("");

  const change = useCallback((changes: Partial<Settings>) => {
    reset();
    setSettings((old) => ({ ...old, run: false, ...changes }));
  }, []);

  const chooseFile = useCallback((chosen: File) => {
    setFile(chosen);
    change({ sample: null, target: null });
  }, []);

  const attack = () => {
    if (!picture) return;
    setSettings((old) => ({ ...old, model: model.id, run: true }));
    void start({ ...pictureField(picture), ...attackOptions({ ...settings, model: model.id }) }, true);
  };

  const fragment = picture ? pictureFragment(picture) : "";
  useEffect(() => {
    history.replaceState(null, "", `?${formatSettings(settings)}${settings.sample === null ? fragment : ""}`);
  }, [settings, fragment]);

  useEffect(() => {
    if (settings.run && picture && run.state === "idle") attack();
  }, [picture]);

  const label = picture?.sample?.label ?? null;
  const verdict = problem
    ? { tone: "problem" as const, title: "That did not work.", text: problem }
    : attackVerdict(run, label, answer);
  useEffect(() => {
    if (run.state !== "idle") setAnnouncement(`${verdict.title} ${verdict.text}`);
  }, [run.state]);

  const running = run.state === "running";
  return (
    <div class="workbench">
      <p class="unseen" role="status">
        {announcement}
      </p>
      <form
        class="choose"
        aria-label="What to attack"
        onSubmit={(event: Event) => {
          event.preventDefault();
          attack();
        }}
      >
        <Samples
          samples={samples}
          chosen={settings.sample}
          onChoose={(name) => change({ sample: name, target: null })}
        />
        <OwnPicture onFile={chooseFile} />
        {picture?.note && <p class="note">{picture.note}</p>}
        <Options
          settings={settings}
          model={model}
          models={models.models}
          label={label ?? answer?.label ?? null}
          onChange={change}
        />
        <div class="action">
          {running ? (
            <button
              key="cancel"
              type="button"
              class="primary is-cancel"
              onClick={(event: MouseEvent) => {
                // The second click of a double click on the start button is not meant for this one.
                if (event.detail < 2) cancel();
              }}
            >
              Cancel
            </button>
          ) : (
            <button key="start" type="submit" class="primary" disabled={!picture}>
              {actionName(settings)}
            </button>
          )}
        </div>
      </form>
      <AttackView
        model={model}
        settings={settings}
        picture={picture}
        answer={answer}
        run={run}
        verdict={verdict}
        announce={setAnnouncement}
      />
    </div>
  );
}
