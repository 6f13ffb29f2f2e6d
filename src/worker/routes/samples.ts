import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { noneSchema } from "../../api/options.ts";
import { sniffImage } from "../../core/image/decode.ts";
import { jsonResponse, notModified, pathParameter, problemResponses } from "../openapi/operation.ts";
import { readQuery } from "../request/body.ts";
import { validate } from "../request/validate.ts";
import { tagged } from "../response/etag.ts";
import { Problem } from "../response/problem.ts";
import type { Services } from "../services.ts";

const CACHE = { "Cache-Control": "public, max-age=3600" };

/** `GET /v1/samples` and `/v1/samples/{sample}`: the shipped images. */
export const sampleRoutes = ({ samples }: Services) =>
  new Hono()
    .get(
      "/v1/samples",
      describeRoute({
        operationId: "listSamples",
        tags: ["catalogue"],
        summary: "List the shipped images",
        responses: {
          200: jsonResponse("SampleList", "All samples, by set."),
          ...notModified,
          ...problemResponses(),
        },
      }),
      tagged,
      (c) => {
        validate(noneSchema, readQuery(c));
        const listed = samples.map(({ read: _, ...facts }) => ({
          ...facts,
          url: `/v1/samples/${facts.name}`,
        }));
        return c.json({ samples: listed }, 200, CACHE);
      },
    )
    .get(
      "/v1/samples/:sample",
      describeRoute({
        operationId: "getSample",
        tags: ["catalogue"],
        summary: "Get a shipped image",
        parameters: [pathParameter("sample", "The sample's name.")],
        responses: {
          200: {
            description: "The image.",
            content: {
              "image/png": { schema: { type: "string", format: "binary" } },
              "image/jpeg": { schema: { type: "string", format: "binary" } },
              "image/webp": { schema: { type: "string", format: "binary" } },
            },
          },
          ...notModified,
          ...problemResponses("not-found", "file-unavailable"),
        },
      }),
      tagged,
      async (c) => {
        validate(noneSchema, readQuery(c));
        const name = c.req.param("sample");
        const sample = samples.find((candidate) => candidate.name === name);
        if (sample) {
          const bytes = await sample.read();
          const type = sniffImage(new Uint8Array(bytes)) ?? "application/octet-stream";
          return c.body(bytes, 200, { "Content-Type": type, ...CACHE });
        }
        throw new Problem("not-found", `There is no sample "${name}". GET /v1/samples lists them.`, "sample");
      },
    );
