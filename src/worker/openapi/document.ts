/** The API's description: OpenAPI 3.1, collected from what stands beside each route. */
import type { Hono } from "hono";
import { generateSpecs } from "hono-openapi";
import { componentSchemas } from "./components.ts";

/** Describes the routes of an application. @param version of the service */
export function describeApi(app: Hono, version: string): ReturnType<typeof generateSpecs> {
  return generateSpecs(app, {
    defaultValidationErrorResponse: false,
    excludeStaticFile: false,
    documentation: {
      openapi: "3.1.0",
      info: {
        title: "onepixel",
        version,
        summary: "Can an image classifier be fooled by changing one pixel?",
        description:
          "The one-pixel attack of Su, Vargas and Sakurai: a search over k pixels that sees only the " +
          "classifier's output probabilities. The same request gives the same bytes. Errors are RFC 9457 problems: " +
          "400 for a body that cannot be parsed, 415 for an unsupported type of body or image, 422 for an option or " +
          "image that cannot be used, with the field. An unknown option is an error.",
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/" }],
      tags: [
        { name: "attack", description: "Attack or query a classifier." },
        { name: "catalogue", description: "The models and samples that can be attacked." },
        { name: "audits", description: "Attack a whole image set." },
        { name: "evidence", description: "The report of an audit, and its badge." },
        { name: "service", description: "The service itself." },
      ],
      components: {
        schemas: componentSchemas() as Record<string, object>,
        securitySchemes: { token: { type: "http", scheme: "bearer" } },
      },
    },
  });
}
