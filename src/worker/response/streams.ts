/** Work whose progress streams out while it lasts. */

import type { Context } from "hono";
import { stream } from "hono/streaming";
import type { AttackContext } from "../../core/attack/context.ts";
import type { Input } from "../../core/input.ts";
import { presentProgress } from "../../core/present.ts";
import type { PredictionDetail } from "../../core/present-prediction.ts";
import { deferred } from "../deferred.ts";
import { problemOf, reportFailure } from "./failure.ts";
import { problemDetails } from "./problem.ts";

const formats = {
  "text/event-stream": (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
  "application/x-ndjson": (event: string, data: object) => `${JSON.stringify({ event, ...data })}\n`,
};

export type StreamType = keyof typeof formats;

export const streamTypes = Object.keys(formats) as StreamType[];

/**
 * Sends events as they happen: `progress`, then one `result` or `problem`.
 * @param detail which probabilities of the progress are sent
 * @param work to be done; its signal is raised when the reader leaves
 */
export function streamResponse(
  c: Context,
  type: StreamType,
  input: Input,
  detail: PredictionDetail | undefined,
  work: (during: Required<Pick<AttackContext, "signal" | "onProgress">>) => Promise<object>,
): Response {
  const format = formats[type];
  c.header("Content-Type", type);
  c.header("Cache-Control", "no-store");
  const ended = deferred();
  c.get("record").streaming = ended.promise;
  return stream(c, async (output) => {
    const gone = new AbortController();
    output.onAbort(() => gone.abort());
    const request: AbortSignal | undefined = c.req.raw.signal;
    try {
      const result = await work({
        signal: request ? AbortSignal.any([gone.signal, request]) : gone.signal,
        onProgress: async (progress) => {
          await output.write(format("progress", presentProgress(progress, input, detail)));
        },
      });
      await output.write(format("result", result));
    } catch (error) {
      const problem = problemOf(error);
      reportFailure(problem);
      await output.write(format("problem", problemDetails(problem)));
    } finally {
      ended.resolve();
    }
  });
}
