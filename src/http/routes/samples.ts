import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { readQuery } from "../body.ts";
import { jsonAnswer, pathParameter, problemAnswers } from "../description/operation.ts";
import { Problem } from "../problem.ts";
import { noneSchema } from "../schemas/none.ts";
import type { Services } from "../services.ts";
import { validate } from "../validate.ts";

/** `GET /v1/samples` and `/v1/samples/{sample}`: the shipped images. */
export const sampleRoutes = ({ samples }: Services) =>
  new Hono()
    .get(
      "/v1/samples",
      describeRoute({
        operationId: "listSamples",
        tags: ["catalogue"],
        summary: "The shipped images",
        responses: { 200: jsonAnswer("Samples", "All samples, by name."), ...problemAnswers() },
      }),
      (c) => {
        validate(noneSchema, readQuery(c));
        return c.json({
          samples: samples.map(({ name, label, sha256 }) => ({
            name,
            label,
            sha256,
            url: `/v1/samples/${name}`,
          })),
        });
      },
    )
    .get(
      "/v1/samples/:sample",
      describeRoute({
        operationId: "getSample",
        tags: ["catalogue"],
        summary: "A shipped image",
        parameters: [pathParameter("sample", "The sample's name.")],
        responses: {
          200: {
            description: "The image.",
            content: { "image/png": { schema: { type: "string", format: "binary" } } },
          },
          ...problemAnswers("not-found"),
        },
      }),
      (c) => {
        validate(noneSchema, readQuery(c));
        const name = c.req.param("sample");
        const sample = samples.find((candidate) => candidate.name === name);
        if (sample) return c.body(sample.png, 200, { "Content-Type": "image/png" });
        throw new Problem("not-found", `There is no sample "${name}". GET /v1/samples lists them.`, "sample");
      },
    );
