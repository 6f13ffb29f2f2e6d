import { useEffect, useState } from "hono/jsx/dom";
import type { ModelList, Sample, SampleList } from "../api/types.ts";
import { get } from "./service/api.ts";
import { Workbench } from "./workbench.tsx";

interface Loaded {
  readonly models: ModelList;
  readonly samples: readonly Sample[];
}

/** Loads what can be attacked, then shows the workbench. */
export function App() {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    Promise.all([get<ModelList>("/v1/models"), get<SampleList>("/v1/samples")]).then(
      ([models, { samples }]) => setLoaded({ models, samples }),
      (error: Error) => setProblem(error.message),
    );
  }, []);
  if (loaded) return <Workbench {...loaded} />;
  if (problem === null) return <p class="notice">Loading…</p>;
  return (
    <p class="notice" role="alert">
      {problem} <a href={location.href}>Reload the page.</a>
    </p>
  );
}
