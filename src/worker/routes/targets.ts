import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { targetsSchema } from "../../api/targets.ts";
import { boundsOf, fitOptions } from "../../core/attack/options/fit.ts";
import { inferenceBytes } from "../../core/attack/options/memory.ts";
import { workOfTargets } from "../../core/attack/options/work.ts";
import { attackTargets } from "../../core/attack/targets.ts";
import { presentTargets } from "../../core/present.ts";
import { slotsFor } from "../middleware/concurrency-limit.ts";
import { untilDeadline } from "../middleware/deadline.ts";
import { recordQueries } from "../middleware/request-log.ts";
import { enterWithWork, pricedFor } from "../middleware/work.ts";
import { targetsDescription } from "../openapi/targets.ts";
import { readBody } from "../request/body.ts";
import { findClassifier, findSample, readInput } from "../request/input.ts";
import { negotiate } from "../request/negotiate.ts";
import { validate } from "../request/validate.ts";
import { streamResponse, streamTypes } from "../response/streams.ts";
import type { Services } from "../services.ts";

/** `POST /v1/targets`: which other labels can an image be turned into? */
export const targetsRoutes = (services: Services) =>
  new Hono().post("/v1/targets", describeRoute(targetsDescription), async (c) => {
    const type = negotiate(c, ["application/json", ...streamTypes]);
    await services.rateLimit.countRequest(c);
    const sent = await readBody(c, services.bodyMemory);
    const { model, sample: name, ...options } = validate(targetsSchema, sent.options);
    const classifier = findClassifier(services, model);
    c.get("record").model = classifier.manifest.id;
    const sample = findSample(services, name, classifier);
    const label = options.label ?? sample?.label;
    // The limit is the request's, the budget each target's.
    const limit = Math.floor(services.maxBudget.targets / (classifier.manifest.labels.length - 1));
    const { space } = options;
    const source = space === "source" ? await readInput(classifier, sample, sent.image, space) : undefined;
    const priced = await pricedFor(services, classifier, options.engine, source?.image);
    const bounds = { ...boundsOf(classifier, Math.max(1, limit), source?.image), targeted: true };
    const settings = fitOptions({ ...options, label }, bounds, {
      maxWork: services.maxWork.request,
      workOf: (settings) => workOfTargets(priced, settings),
    });
    const slots = slotsFor(settings, await inferenceBytes(priced, settings));
    await enterWithWork(c, services, workOfTargets(priced, settings), slots);
    const input = source ?? (await readInput(classifier, sample, sent.image));
    const { kernelModule } = services;
    const { image } = input;
    const common = { classifier: input.classifier, image, settings, kernelModule, signal: c.req.raw.signal };
    c.header("Vary", "Accept");
    if (type === "application/json") {
      return c.json(
        presentTargets(
          recordQueries(c, await attackTargets({ ...common, pause: untilDeadline(services) })),
          input,
        ),
      );
    }
    return streamResponse(c, type, input, settings.probabilities, async (during) =>
      presentTargets(
        recordQueries(c, await attackTargets({ ...common, pause: services.pause, ...during })),
        input,
      ),
    );
  });
