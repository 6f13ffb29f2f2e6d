/** Runs an attack and responds in the negotiated media type. */
import type { Context } from "hono";
import type { AttackSettings } from "../../core/attack/options/settings.ts";
import type { AttackResult } from "../../core/attack/result.ts";
import { type AttackRequest, attack } from "../../core/attack/run.ts";
import { addText } from "../../core/image/png/png.ts";
import type { Input } from "../../core/input.ts";
import { presentAttack, presentFacts, toAsciiJson } from "../../core/present.ts";
import { untilDeadline } from "../middleware/deadline.ts";
import { recordQueries } from "../middleware/request-log.ts";
import type { Services } from "../services.ts";
import { streamResponse, streamTypes } from "./streams.ts";

/** The media types of an attack.s response; the first is the default. */
export const attackTypes = ["application/json", "image/png", ...streamTypes] as const;
type AttackType = (typeof attackTypes)[number];

/** The keyword of the PNG text that holds the result's facts as JSON. */
export const PNG_KEYWORD = "onepixel";

/** @param caching headers for a response that would be the same again */
export async function attackResponse(
  c: Context,
  type: AttackType,
  services: Services,
  input: Input,
  settings: AttackSettings,
  caching: Readonly<Record<string, string>>,
): Promise<Response> {
  const { classifier, image } = input;
  const { kernelModule } = services;
  const common = { classifier, image, settings, kernelModule, signal: c.req.raw.signal };
  const whole = () => ({ ...common, pause: untilDeadline(services) });
  c.header("Vary", "Accept");
  c.header("Content-Type", type);
  switch (type) {
    case "application/json": {
      const result = recordQueries(c, await attack(whole()));
      return c.json(presentAttack(result, input), 200, repeats(result) ? caching : UNREPEATABLE);
    }
    case "image/png":
      return pngResponse(c, whole(), input, caching);
    default:
      return streamResponse(c, type, input, settings.probabilities, async (during) =>
        presentAttack(recordQueries(c, await attack({ ...common, pause: services.pause, ...during })), input),
      );
  }
}

const UNREPEATABLE = { "Cache-Control": "no-store" };

/** Whether the same request would get the same result: not where time, rather than the request, ended the search. */
const repeats = ({ stopped }: AttackResult) => stopped !== "cpu-limit" && stopped !== "aborted";

/** The adversarial image itself: the whole result in a text of the PNG, its short facts in headers. */
async function pngResponse(
  c: Context,
  request: AttackRequest,
  input: Input,
  caching: Readonly<Record<string, string>>,
): Promise<Response> {
  const result = recordQueries(c, await attack(request));
  const headers = {
    ...(repeats(result) ? caching : UNREPEATABLE),
    "Onepixel-Status": result.status,
    "Onepixel-Verified": String(result.verified),
    "Onepixel-Model": input.classifier.manifest.id,
    "Onepixel-Before": toAsciiJson(result.before.label),
    "Onepixel-After": toAsciiJson(result.after.label),
    "Onepixel-Queries": String(result.cost.queries),
  };
  return c.body(addText(result.png, PNG_KEYWORD, toAsciiJson(presentFacts(result, input))), 200, headers);
}
