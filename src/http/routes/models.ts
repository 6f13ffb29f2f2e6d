import { Hono } from "hono";
import { readQuery } from "../body.ts";
import { presentModel } from "../present.ts";
import { Problem } from "../problem.ts";
import { noneSchema } from "../schemas/none.ts";
import type { Services } from "../services.ts";
import { validate } from "../validate.ts";

/** `GET /v1/models` and `/v1/models/{model}`: what can be attacked. */
export const modelRoutes = ({ registry }: Services) =>
  new Hono()
    .get("/v1/models", (c) => {
      validate(noneSchema, readQuery(c));
      return c.json({
        default: registry.default.manifest.id,
        models: registry.classifiers.map(presentModel),
      });
    })
    .get("/v1/models/:model", (c) => {
      validate(noneSchema, readQuery(c));
      const classifier = registry.get(c.req.param("model"));
      if (classifier) return c.json(presentModel(classifier));
      throw new Problem(
        "not-found",
        `There is no model "${c.req.param("model")}". GET /v1/models lists them.`,
        "model",
      );
    });
