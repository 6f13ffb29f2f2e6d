import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { readQuery } from "../body.ts";
import { jsonAnswer, problemAnswers } from "../description/operation.ts";
import { presentModelName } from "../present.ts";
import { noneSchema } from "../schemas/none.ts";
import type { Services } from "../services.ts";
import { validate } from "../validate.ts";

/** `GET /healthz`: can queries be answered? */
export const healthRoutes = ({ version, registry, ready }: Services) =>
  new Hono().get(
    "/healthz",
    describeRoute({
      operationId: "health",
      tags: ["service"],
      summary: "Whether queries can be answered",
      responses: { 200: jsonAnswer("Health", "They can."), ...problemAnswers("classifier-unavailable") },
    }),
    async (c) => {
      validate(noneSchema, readQuery(c));
      await ready();
      return c.json({ status: "ok", version, models: registry.classifiers.map(presentModelName) }, 200, {
        "Cache-Control": "no-store",
      });
    },
  );
