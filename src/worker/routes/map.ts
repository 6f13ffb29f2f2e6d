import { type Context, Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { mapSchema } from "../../api/map.ts";
import { type MapRequest, mapPixels, resolveMap } from "../../core/attack/map.ts";
import { boundsOf } from "../../core/attack/options/fit.ts";
import { workOfMap } from "../../core/attack/options/work.ts";
import type { Input } from "../../core/input.ts";
import { presentMap, toAsciiJson } from "../../core/present.ts";
import { drawMap } from "../../report/map/draw-map.ts";
import { untilDeadline } from "../middleware/deadline.ts";
import { recordQueries } from "../middleware/request-log.ts";
import { enterWithWork, pricedFor, requireWork } from "../middleware/work.ts";
import { mapDescription } from "../openapi/map.ts";
import { readBody } from "../request/body.ts";
import { findClassifier, findSample, readInput } from "../request/input.ts";
import { negotiate } from "../request/negotiate.ts";
import { validate } from "../request/validate.ts";
import { streamResponse, streamTypes } from "../response/streams.ts";
import type { Services } from "../services.ts";

/** `POST /v1/map`: which pixels fool the classifier, in which corner colours? */
export const mapRoutes = (services: Services) =>
  new Hono().post("/v1/map", describeRoute(mapDescription), async (c) => {
    const type = negotiate(c, ["application/json", "image/png", ...streamTypes]);
    await services.rateLimit.countRequest(c);
    const sent = await readBody(c, services.bodyMemory);
    const { model, sample: name, ...options } = validate(mapSchema, sent.options);
    const classifier = findClassifier(services, model);
    c.get("record").model = classifier.manifest.id;
    const sample = findSample(services, name, classifier);
    const label = options.label ?? sample?.label;
    const settings = resolveMap({ ...options, label }, boundsOf(classifier, services.maxBudget.map));
    const work = workOfMap(await pricedFor(services, classifier, settings.engine), settings.budget);
    requireWork(work, services.maxWork.request, settings.engine);
    await enterWithWork(c, services, work);
    const input = await readInput(classifier, sample, sent.image);
    const { kernelModule } = services;
    const { image } = input;
    const common = { classifier, image, settings, kernelModule, signal: c.req.raw.signal };
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
  const { before, label, cost, pixels } = result;
  return c.body(drawMap(result, input.image), 200, {
    "Content-Type": "image/png",
    "Onepixel-Model": input.classifier.manifest.id,
    "Onepixel-Label": toAsciiJson(label),
    "Onepixel-Before": toAsciiJson(before.label),
    "Onepixel-Fooling": String(pixels.filter(({ fooling }) => fooling.length > 0).length),
    "Onepixel-Queries": String(cost.queries),
  });
}
