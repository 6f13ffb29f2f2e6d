import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { noneSchema } from "../../api/options.ts";
import { defaultOracle } from "../../core/oracle/default-oracle.ts";
import { presentModel, presentModelDetails } from "../../core/present.ts";
import { jsonResponse, notModified, pathParameter, problemResponses } from "../openapi/operation.ts";
import { readQuery } from "../request/body.ts";
import { validate } from "../request/validate.ts";
import { tagged } from "../response/etag.ts";
import { Problem } from "../response/problem.ts";
import type { Services } from "../services.ts";

const CACHE = { "Cache-Control": "public, max-age=300" };

/** `GET /v1/models` and `/v1/models/{model}`: what can be attacked. */
export const modelRoutes = ({ registry, kernelModule }: Services) =>
  new Hono()
    .get(
      "/v1/models",
      describeRoute({
        operationId: "listModels",
        tags: ["catalogue"],
        summary: "List the models that can be attacked",
        responses: {
          200: jsonResponse("ModelList", "All models, by id."),
          ...notModified,
          ...problemResponses(),
        },
      }),
      tagged,
      (c) => {
        validate(noneSchema, readQuery(c));
        const models = registry.classifiers.map(presentModel);
        return c.json({ default: registry.default.manifest.id, models }, 200, CACHE);
      },
    )
    .get(
      "/v1/models/:model",
      describeRoute({
        operationId: "getModel",
        tags: ["catalogue"],
        summary: "Get a model's description",
        parameters: [pathParameter("model", "The model's id.")],
        responses: {
          200: jsonResponse("ModelDetails", "The model's manifest, and the engine that attacks on it use."),
          ...notModified,
          ...problemResponses("not-found", "file-unavailable"),
        },
      }),
      tagged,
      async (c) => {
        validate(noneSchema, readQuery(c));
        const classifier = registry.get(c.req.param("model"));
        if (classifier) {
          const engine = await defaultOracle(classifier, kernelModule);
          return c.json(presentModelDetails(classifier, engine), 200, CACHE);
        }
        throw new Problem(
          "not-found",
          `There is no model "${c.req.param("model")}". GET /v1/models lists them.`,
          "model",
        );
      },
    );
