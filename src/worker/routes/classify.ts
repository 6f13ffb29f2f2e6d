import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { classifySchema } from "../../api/options.ts";
import { encodePng } from "../../core/image/png/png.ts";
import { presentClassification } from "../../core/present.ts";
import { classifyDescription } from "../openapi/classify.ts";
import { readBody } from "../request/body.ts";
import { findClassifier, findSample, readInput } from "../request/input.ts";
import { negotiate } from "../request/negotiate.ts";
import { validate } from "../request/validate.ts";
import type { Services } from "../services.ts";

/** `POST /v1/classify`: what does the classifier say about an image, and what does it see of it? */
export const classifyRoutes = (services: Services) =>
  new Hono().post("/v1/classify", describeRoute(classifyDescription), async (c) => {
    const type = negotiate(c, ["application/json", "image/png"]);
    await services.rateLimit.countRequest(c);
    const sent = await readBody(c, services.bodyMemory);
    const options = validate(classifySchema, sent.options);
    const classifier = findClassifier(services, options.model);
    const record = c.get("record");
    record.model = classifier.manifest.id;
    const sample = findSample(services, options.sample, classifier);
    services.concurrencyLimit.enter(c);
    const input = await readInput(classifier, sample, sent.image, options.space);
    c.header("Vary", "Accept");
    if (type === "image/png") {
      return c.body(encodePng(input.image), 200, {
        "Content-Type": type,
        "Onepixel-Model": classifier.manifest.id,
        "Onepixel-Input": JSON.stringify(input.original),
      });
    }
    const probabilities = await input.classifier.probabilities(input.image);
    record.queries = 1;
    return c.json(presentClassification(probabilities, input, options.probabilities));
  });
