import { useCallback, useEffect, useMemo, useState } from "hono/jsx/dom";
import type { AttackResult, MapResult, ModelList, Sample, TargetsResult } from "../api/types.ts";
import { AttackView } from "./attack/attack-view.tsx";
import { Choose } from "./choose/choose.tsx";
import { fittingSample } from "./choose/fitting.ts";
import {
  attackOptions,
  formatSettings,
  mapOptions,
  parseSettings,
  type Settings,
} from "./choose/settings.ts";
import { Views } from "./choose/views.tsx";
import { MapView } from "./map/map-view.tsx";
import { type Picture, pictureField, pictureFragment } from "./picture/picture.ts";
import { usePicture } from "./picture/use-picture.ts";
import { attackVerdict, mapVerdict, targetsVerdict, type Verdict } from "./result/verdict.ts";
import type { Body } from "./service/api.ts";
import { useEstimate } from "./service/use-estimate.ts";
import { useRun } from "./service/use-run.ts";
import { TargetsView } from "./targets/targets-view.tsx";

const paths = { attack: "/v1/attack", map: "/v1/map", targets: "/v1/targets" } as const;

/** What is sent to start. */
function bodyOf(settings: Settings, picture: Picture): Body {
  const source = pictureField(picture);
  if (settings.view === "map") return { ...source, ...mapOptions(settings, picture.space) };
  const { target, ...untargeted } = attackOptions(settings, picture.space);
  const isTargeted = settings.view === "attack" && target !== undefined;
  return { ...source, ...untargeted, ...(isTargeted && { target }) };
}

/** Seconds between two announcements of a search that goes on. */
const ANNOUNCED = 5;

interface WorkbenchProps {
  readonly models: ModelList;
  readonly samples: readonly Sample[];
}

/** Choose a picture, try to fool the classifier, see what happened. */
export function Workbench({ models, samples }: WorkbenchProps) {
  const [settings, setSettings] = useState<Settings>(() => {
    const query = new URLSearchParams(location.search);
    const read = parseSettings(query);
    // The default sample is of the default model's labels only if they happen to be those of the samples.
    const asked = models.models.find(({ id }) => id === (read.model ?? models.default));
    return query.has("sample") || !asked
      ? read
      : { ...read, sample: fittingSample(read.sample, samples, asked) };
  });
  const [file, setFile] = useState<File | null>(null);
  const [announcement, announce] = useState("");
  const model =
    models.models.find(({ id }) => id === settings.model) ??
    models.models.find(({ id }) => id === models.default)!;
  // A sample that is not listed is requested all the same, so that the page can say what is wrong with it.
  const sample = useMemo(
    () => samples.find(({ name }) => name === settings.sample) ?? { name: settings.sample ?? "", label: "" },
    [settings.sample],
  );
  const { picture, prediction, loading, problem } = usePicture(
    settings.sample === null ? file : sample,
    model,
    settings.space,
  );
  const attack = useRun<AttackResult>(paths.attack);
  const map = useRun<MapResult>(paths.map);
  const targets = useRun<TargetsResult>(paths.targets);
  const current = { attack, map, targets }[settings.view];

  const change = useCallback((changes: Partial<Settings>) => {
    for (const each of [attack, map, targets]) each.reset();
    const chosen = models.models.find(({ id }) => id === changes.model);
    setSettings((old) => ({
      ...old,
      run: false,
      ...(chosen && { sample: fittingSample(old.sample, samples, chosen) }),
      ...changes,
    }));
  }, []);
  const chooseFile = useCallback((chosen: File) => {
    setFile(chosen);
    change({ sample: null, target: null });
  }, []);

  const start = (wanted: Settings) => {
    const chosen = { ...wanted, model: wanted.model ?? model.id, run: true };
    setSettings(chosen);
    // A start before the picture is there is made up for once it is.
    if (!picture || loading) return;
    void { attack, map, targets }[chosen.view].start(bodyOf(chosen, picture));
  };
  const wanted = { ...settings, model: model.id };
  const estimate = useEstimate(
    picture && !loading ? { path: paths[settings.view], body: bodyOf(wanted, picture) } : null,
    current.run.state === "done",
  );

  const fragment = useMemo(() => (picture ? pictureFragment(picture) : ""), [picture]);
  useEffect(() => {
    history.replaceState(null, "", `?${formatSettings(settings)}${settings.sample === null ? fragment : ""}`);
  }, [settings, fragment]);
  useEffect(() => {
    if (settings.run && current.run.state === "idle") start(settings);
  }, [picture, loading]);

  const label = picture?.sample?.label ?? null;
  const verdicts: Record<Settings["view"], () => Verdict> = {
    attack: () => attackVerdict(attack.run, label, prediction),
    map: () => mapVerdict(map.run, label, prediction),
    targets: () => targetsVerdict(targets.run, label, prediction),
  };
  const verdict: Verdict =
    problem && current.run.state === "idle"
      ? { tone: "problem", title: "That did not work.", text: problem }
      : verdicts[settings.view]();
  useEffect(() => {
    if (current.run.state !== "idle" || problem) announce(`${verdict.title} ${verdict.text}`);
  }, [current.run.state, problem, Math.floor(current.run.seconds / ANNOUNCED)]);

  const shared = { model, picture, prediction };
  return (
    <div class="workbench">
      <p class="unseen" role="status">
        {announcement}
      </p>
      <Choose
        samples={samples}
        models={models.models}
        model={model}
        settings={settings}
        picture={picture}
        label={label ?? prediction?.label ?? null}
        estimate={estimate}
        running={current.run.state === "running"}
        onChange={change}
        onFile={chooseFile}
        onStart={() => start(settings)}
        onCancel={current.cancel}
      />
      <section class="view" aria-label="What happens">
        <Views
          settings={settings}
          onChange={(view) => setSettings((old) => ({ ...old, view, run: false }))}
        />
        <div class={`verdict is-${verdict.tone}`}>
          <h2>{verdict.title}</h2>
          <p>{verdict.text}</p>
        </div>
        {settings.view === "attack" && (
          <AttackView
            {...shared}
            settings={settings}
            run={attack.run}
            announce={announce}
            onTry={(changes) => start({ ...settings, ...changes })}
          />
        )}
        {settings.view === "map" && <MapView {...shared} run={map.run} announce={announce} />}
        {settings.view === "targets" && <TargetsView {...shared} run={targets.run} />}
      </section>
    </div>
  );
}
