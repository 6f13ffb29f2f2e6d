import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { readQuery } from "../body.ts";
import { describeApi } from "../description/document.ts";
import { problemAnswers } from "../description/operation.ts";
import { noneSchema } from "../schemas/none.ts";
import { validate } from "../validate.ts";

/** `GET /openapi.json`: the description of all routes of `app`. */
export function descriptionRoutes(app: Hono, version: string) {
  let document: ReturnType<typeof describeApi> | undefined;
  return new Hono().get(
    "/openapi.json",
    describeRoute({
      operationId: "describe",
      tags: ["service"],
      summary: "This description",
      responses: {
        200: { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } },
        ...problemAnswers(),
      },
    }),
    async (c) => {
      validate(noneSchema, readQuery(c));
      document ??= describeApi(app, version);
      return c.json(await document);
    },
  );
}
