import { Hono } from "hono";
import { type DescribeRouteOptions, describeRoute } from "hono-openapi";
import { readQuery } from "../body.ts";
import { describeApi } from "../description/document.ts";
import { notModified, problemAnswers } from "../description/operation.ts";
import { referencePage } from "../description/reference.ts";
import { tagged } from "../etag.ts";
import { noneSchema } from "../schemas/none.ts";
import { validate } from "../validate.ts";
import { contentSecurityPolicy } from "../web-page.ts";

const describeDocument: DescribeRouteOptions = {
  operationId: "describe",
  tags: ["service"],
  summary: "This description",
  responses: {
    200: { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } },
    ...notModified,
    ...problemAnswers(),
  },
};

const describeReference: DescribeRouteOptions = {
  operationId: "reference",
  tags: ["service"],
  summary: "This description, for people",
  responses: {
    200: { description: "A page.", content: { "text/html": { schema: { type: "string" } } } },
    ...notModified,
    ...problemAnswers(),
  },
};

const CACHE = { "Cache-Control": "public, max-age=300" };

/** `GET /openapi.json` and `/docs`: the description of all routes of `app`. */
export function descriptionRoutes(app: Hono, version: string) {
  let described: ReturnType<typeof describeApi> | undefined;
  const describe = () => (described ??= describeApi(app, version));
  return new Hono()
    .get("/openapi.json", describeRoute(describeDocument), tagged, async (c) => {
      validate(noneSchema, readQuery(c));
      return c.json(await describe(), 200, CACHE);
    })
    .get("/docs", describeRoute(describeReference), tagged, async (c) => {
      validate(noneSchema, readQuery(c));
      const page = await referencePage(await describe());
      return c.html(page, 200, { ...CACHE, "Content-Security-Policy": await contentSecurityPolicy() });
    });
}
