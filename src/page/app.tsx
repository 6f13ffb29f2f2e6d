import { useEffect, useState } from "hono/jsx/dom";
import { get, type Models, type Sample, type Samples } from "./service/api.ts";
import { Workbench } from "./workbench.tsx";

interface Loaded {
  readonly models: Models;
  readonly samples: readonly Sample[];
}

/** Loads what can be attacked, then shows the workbench. */
export function App() {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    Promise.all([get<Models>("/v1/models"), get<Samples>("/v1/samples")]).then(
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
