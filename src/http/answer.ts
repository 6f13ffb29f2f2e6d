/** Runs an attack and answers in the form that was negotiated. */
import type { Context } from "hono";
import { type AttackRequest, attack } from "../attack/run.ts";
import type { AttackSettings } from "../attack/settings.ts";
import { addText } from "../image/png-text.ts";
import type { Input } from "./input.ts";
import { presentAttack, presentFacts, toAsciiJson } from "./present.ts";
import type { Services } from "./services.ts";
import { answerStream, streamTypes } from "./streams.ts";

/** What an attack can be answered with; the first is the default. */
export const attackTypes = ["application/json", "image/png", ...streamTypes] as const;
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
    default:
      return answerStream(c, type, input, async (during) =>
        presentAttack(await attack({ ...request, ...during }), input),
      );
  }
}

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
