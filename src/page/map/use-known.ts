import { useEffect, useRef, useState } from "hono/jsx/dom";
import type { MapResult, Progress } from "../../api/types.ts";
import type { Run } from "../service/use-run.ts";
import { createCollector, type Known } from "./blocks.ts";

/** Milliseconds between two drawings of a map that goes on: it is drawn anew each time. */
const REDRAW = 250;

/** What is known while a sampled map goes on or after it was cancelled; null if nothing is, and of a map of every pixel. */
export function useKnown(run: Run<MapResult>): Known | null {
  const [known, setKnown] = useState<Known | null>(null);
  const collector = useRef(createCollector());
  const points = useRef<readonly Progress[]>([]);
  points.current = run.points;
  const running = run.state === "running";
  useEffect(() => {
    if (!running) return;
    setKnown(null);
    collector.current = createCollector();
    const timer = setInterval(() => setKnown(collector.current.collect(points.current)), REDRAW);
    return () => clearInterval(timer);
  }, [running]);
  return run.state === "idle" ? null : known;
}
