/** Runs an attack and answers in the form that was negotiated. */
import type { Context } from "hono";
import { stream } from "hono/streaming";
import { type AttackRequest, attack } from "../attack/run.ts";
import type { AttackSettings } from "../attack/settings.ts";
import { addText } from "../image/png-text.ts";
import { problemOf } from "./failure.ts";
import type { Input } from "./input.ts";
import { presentAttack, presentFacts, presentProgress } from "./present.ts";
import { problemDetails } from "./problem.ts";
import type { Services } from "./services.ts";

/** What an attack can be answered with; the first is the default. */
export const attackTypes = [
  "application/json",
  "image/png",
  "text/event-stream",
  "application/x-ndjson",
] as const;
type AttackType = (typeof attackTypes)[number];

/** The keyword of the PNG text that holds the result's facts as JSON. */
export const PNG_KEYWORD = "onepixel";

export async function answerAttack(
  c: Context,
  type: AttackType,
  { kernelModule, pause }: Services,
  input: Input,
  settings: AttackSettings,
): Promise<Response> {
  const { classifier, image } = input;
  const request = { classifier, image, settings, kernelModule, pause, signal: c.req.raw.signal };
  c.header("Vary", "Accept");
  c.header("Content-Type", type);
  switch (type) {
    case "application/json":
      return c.json(presentAttack(await attack(request), input));
    case "image/png":
      return answerPng(c, request, input);
    case "text/event-stream":
      return answerStream(
        c,
        request,
        input,
        (event, data) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
      );
    case "application/x-ndjson":
      return answerStream(c, request, input, (event, data) => `${JSON.stringify({ event, ...data })}\n`);
  }
}

/** JSON in ASCII, which headers and PNG texts can hold. */
const toAsciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** The adversarial image itself: the whole result in a text of the PNG, its short facts in headers. */
async function answerPng(c: Context, request: AttackRequest, input: Input): Promise<Response> {
  const result = await attack(request);
  const headers = {
    "Onepixel-Status": result.status,
    "Onepixel-Verified": String(result.verified),
    "Onepixel-Model": input.classifier.manifest.id,
    "Onepixel-Before": toAsciiJson(result.before.label),
    "Onepixel-After": toAsciiJson(result.after.label),
    "Onepixel-Queries": String(result.cost.queries),
  };
  return c.body(addText(result.png, PNG_KEYWORD, toAsciiJson(presentFacts(result, input))), 200, headers);
}

/** Events as they happen: `progress`, then one `result` or `problem`. */
function answerStream(
  c: Context,
  request: AttackRequest,
  input: Input,
  format: (event: string, data: object) => string,
): Response {
  c.header("Cache-Control", "no-store");
  return stream(c, async (output) => {
    const gone = new AbortController();
    output.onAbort(() => gone.abort());
    const signals = [gone.signal, ...(request.signal ? [request.signal] : [])];
    try {
      const result = await attack({
        ...request,
        signal: AbortSignal.any(signals),
        onProgress: async (progress) => {
          await output.write(format("progress", presentProgress(progress, input)));
        },
      });
      await output.write(format("result", presentAttack(result, input)));
    } catch (error) {
      await output.write(format("problem", problemDetails(problemOf(error))));
    }
  });
}
