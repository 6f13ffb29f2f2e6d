import { Hono } from "hono";
import { readQuery } from "../body.ts";
import { Problem } from "../problem.ts";
import { noneSchema } from "../schemas/none.ts";
import type { Services } from "../services.ts";
import { validate } from "../validate.ts";

/** `GET /v1/samples` and `/v1/samples/{sample}`: the shipped images. */
export const sampleRoutes = ({ samples }: Services) =>
  new Hono()
    .get("/v1/samples", (c) => {
      validate(noneSchema, readQuery(c));
      return c.json({
        samples: samples.map(({ name, label, sha256 }) => ({
          name,
          label,
          sha256,
          url: `/v1/samples/${name}`,
        })),
      });
    })
    .get("/v1/samples/:sample", (c) => {
      validate(noneSchema, readQuery(c));
      const name = c.req.param("sample");
      const sample = samples.find((candidate) => candidate.name === name);
      if (sample) return c.body(sample.png, 200, { "Content-Type": "image/png" });
      throw new Problem("not-found", `There is no sample "${name}". GET /v1/samples lists them.`, "sample");
    });
