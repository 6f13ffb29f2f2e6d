import { Hono } from "hono";
import { type DescribeRouteOptions, describeRoute } from "hono-openapi";
import { readBody } from "../body.ts";
import { queryParameters } from "../description/components.ts";
import { examples } from "../description/examples.ts";
import { imageBody, imageProblems, jsonAnswer, problemAnswers } from "../description/operation.ts";
import { findClassifier, findSample, readInput } from "../input.ts";
import { negotiate } from "../negotiate.ts";
import { presentAnswer } from "../present.ts";
import { classifySchema } from "../schemas/classify.ts";
import type { Services } from "../services.ts";
import { validate } from "../validate.ts";

const description: DescribeRouteOptions = {
  operationId: "classify",
  tags: ["attack"],
  summary: "Classify an image",
  parameters: queryParameters(classifySchema),
  requestBody: imageBody(classifySchema),
  responses: {
    200: jsonAnswer("Classification", "The probabilities, highest first.", examples.classify.response),
    ...problemAnswers(...imageProblems),
  },
};

/** `POST /v1/classify`: what does the classifier say to an image? */
export const classifyRoutes = (services: Services) =>
  new Hono().post("/v1/classify", describeRoute(description), async (c) => {
    negotiate(c, ["application/json"]);
    await services.gate.admit(c);
    const sent = await readBody(c, services.gate);
    const options = validate(classifySchema, sent.options);
    const classifier = findClassifier(services, options.model);
    const account = c.get("account");
    account.model = classifier.manifest.id;
    const sample = findSample(services, options.sample, classifier);
    services.gate.enter(c);
    const input = await readInput(classifier, sample, sent.image);
    const probabilities = await classifier.probabilities(input.image);
    account.queries = 1;
    return c.json(presentAnswer(probabilities, input));
  });
