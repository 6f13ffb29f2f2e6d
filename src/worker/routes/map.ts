import { type Context, Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { mapSchema } from "../../api/map.ts";
import { type MapRequest, mapPixels } from "../../core/attack/map.ts";
import { inferenceBytes } from "../../core/attack/options/memory.ts";
import type { Input } from "../../core/input.ts";
import { presentMap, toAsciiJson } from "../../core/present.ts";
import { drawMap } from "../../report/map/draw-map.ts";
import { slotsForQueries } from "../middleware/concurrency-limit.ts";
import { untilDeadline } from "../middleware/deadline.ts";
import { recordQueries } from "../middleware/request-log.ts";
import { enterWithWork } from "../middleware/work.ts";
import { mapDescription } from "../openapi/map.ts";
import { readBody } from "../request/body.ts";
import { readInput } from "../request/input.ts";
import { negotiate } from "../request/negotiate.ts";
import { planMap } from "../request/plan.ts";
import { validate } from "../request/validate.ts";
import { streamResponse, streamTypes } from "../response/streams.ts";
import type { Services } from "../services.ts";

/** `POST /v1/map`: which pixels fool the classifier, in which corner colours? */
export const mapRoutes = (services: Services) =>
  new Hono().post("/v1/map", describeRoute(mapDescription), async (c) => {
    const type = negotiate(c, ["application/json", "image/png", ...streamTypes]);
    await services.rateLimit.countRequest(c);
    const sent = await readBody(c, services.bodyMemory);
    const plan = await planMap(services, validate(mapSchema, sent.options), sent.image);
    const { classifier, sample, source, priced, settings, cost } = plan;
    c.get("record").model = classifier.manifest.id;
    const slots = slotsForQueries(settings.budget, await inferenceBytes(priced, { pixels: 1 }));
    await enterWithWork(c, services, cost, slots);
    const input = source ?? (await readInput(classifier, sample, sent.image));
    const { kernelModule } = services;
    const { image } = input;
    const common = { classifier: input.classifier, image, settings, kernelModule, signal: c.req.raw.signal };
    const whole = () => ({ ...common, pause: untilDeadline(services) });
    c.header("Vary", "Accept");
    switch (type) {
      case "application/json":
        return c.json(presentMap(recordQueries(c, await mapPixels(whole())), input));
      case "image/png":
        return pictureResponse(c, whole(), input);
      default:
        return streamResponse(c, type, input, settings.probabilities, async (during) =>
          presentMap(
            recordQueries(c, await mapPixels({ ...common, pause: services.pause, ...during })),
            input,
          ),
        );
    }
  });

async function pictureResponse(c: Context, request: MapRequest, input: Input): Promise<Response> {
  const result = recordQueries(c, await mapPixels(request));
  const { before, label, cost } = result;
  const found = result.blocks?.flatMap(({ fooling }) => fooling);
  const fooling = found
    ? new Set(found.map(({ x, y }) => `${x} ${y}`)).size
    : result.pixels.filter((pixel) => pixel.fooling.length > 0).length;
  return c.body(drawMap(result, input.image), 200, {
    "Content-Type": "image/png",
    "Onepixel-Model": input.classifier.manifest.id,
    "Onepixel-Label": toAsciiJson(label),
    "Onepixel-Before": toAsciiJson(before.label),
    "Onepixel-Fooling": String(fooling),
    "Onepixel-Queries": String(cost.queries),
  });
}
