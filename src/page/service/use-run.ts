import { useRef, useState } from "hono/jsx/dom";
import type { Progress } from "../../api/types.ts";
import { type Body, run as send } from "./api.ts";

/** One request to the service that takes a while, from its start to its end. */
export interface Run<T> {
  readonly state: "idle" | "running" | "done" | "cancelled" | "failed";
  /** All progress so far, in order. */
  readonly points: readonly Progress[];
  readonly seconds: number;
  readonly result: T | null;
  /** What went wrong and what to do; null unless failed. */
  readonly problem: string | null;
}

const idle: Run<never> = { state: "idle", points: [], seconds: 0, result: null, problem: null };

/** Milliseconds between two updates of the clock while nothing else happens. */
const TICK = 100;

/**
 * Runs one request at a time. Progress is drawn at most once a frame, however fast it arrives.
 * @param path the API route
 */
export function useRun<T>(path: string) {
  const [run, setRun] = useState<Run<T>>(idle);
  const controller = useRef<AbortController | null>(null);

  const reset = () => {
    controller.current?.abort();
    controller.current = null;
    setRun(idle);
  };

  const start = async (body: Body): Promise<void> => {
    controller.current?.abort();
    const own = new AbortController();
    controller.current = own;
    const startedAt = performance.now();
    const points: Progress[] = [];
    let frame = 0;
    const elapsed = () => (performance.now() - startedAt) / 1000;
    const show = (changes: Partial<Run<T>>) => {
      if (controller.current === own)
        setRun({ ...idle, points: [...points], seconds: elapsed(), ...changes });
    };
    const draw = () => {
      frame = 0;
      show({ state: "running" });
    };
    const onProgress = (progress: Progress) => {
      points.push(progress);
      frame ||= requestAnimationFrame(draw);
    };
    show({ state: "running" });
    const clock = setInterval(draw, TICK);
    let end: Partial<Run<T>>;
    try {
      const result = await send<T>(path, body, own.signal, onProgress);
      end = { state: "done", result };
    } catch (error) {
      end = own.signal.aborted
        ? { state: "cancelled" }
        : { state: "failed", problem: error instanceof Error ? error.message : String(error) };
    }
    clearInterval(clock);
    cancelAnimationFrame(frame);
    const last = { ...end, seconds: elapsed() };
    show(last);
    // On a busy machine an update was seen to get lost on its way to the page. Nothing comes after this one.
    requestAnimationFrame(() => show(last));
  };

  return { run, start, cancel: () => controller.current?.abort(), reset };
}
