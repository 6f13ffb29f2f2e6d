import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { noneSchema } from "../../api/options.ts";
import { presentModelName } from "../../core/present.ts";
import { jsonResponse, problemResponses } from "../openapi/operation.ts";
import { readQuery } from "../request/body.ts";
import { validate } from "../request/validate.ts";
import type { Services } from "../services.ts";

/** `GET /healthz`: is the classifier's runtime ready? */
export const healthRoutes = ({ version, registry, ready }: Services) =>
  new Hono().get(
    "/healthz",
    describeRoute({
      operationId: "health",
      tags: ["service"],
      summary: "Check whether the classifiers' runtime is ready",
      responses: {
        200: jsonResponse("Health", "The service is ready."),
        ...problemResponses("classifier-unavailable"),
      },
    }),
    async (c) => {
      validate(noneSchema, readQuery(c));
      await ready();
      return c.json({ status: "ok", version, models: registry.classifiers.map(presentModelName) }, 200, {
        "Cache-Control": "no-store",
      });
    },
  );
