import { Hono } from "hono";
import { type DescribeRouteOptions, describeRoute } from "hono-openapi";
import { noneSchema } from "../../api/options.ts";
import { once } from "../../core/exclusive.ts";
import { contentSecurityPolicy } from "../../report/web-page.ts";
import { describeApi } from "../openapi/document.ts";
import { notModified, problemResponses } from "../openapi/operation.ts";
import { referencePage } from "../openapi/reference.ts";
import { readQuery } from "../request/body.ts";
import { validate } from "../request/validate.ts";
import { tagged } from "../response/etag.ts";

const describeDocument: DescribeRouteOptions = {
  operationId: "describe",
  tags: ["service"],
  summary: "This description",
  responses: {
    200: { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } },
    ...notModified,
    ...problemResponses(),
  },
};

const describeReference: DescribeRouteOptions = {
  operationId: "reference",
  tags: ["service"],
  summary: "The API reference as a page",
  responses: {
    200: { description: "A page.", content: { "text/html": { schema: { type: "string" } } } },
    ...notModified,
    ...problemResponses(),
  },
};

const CACHE = { "Cache-Control": "public, max-age=300" };

/** `GET /openapi.json` and `/docs`: the description of all routes of `app`. */
export function descriptionRoutes(app: Hono, version: string): Hono {
  const describe = once(() => describeApi(app, version));
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
