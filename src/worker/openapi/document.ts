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
          "The one-pixel attack of Su, Vargas and Sakurai: differential evolution over k pixels, seeing nothing of the " +
          "classifier but its output probabilities. The same request gives the same bytes. Errors are RFC 9457 problems: " +
          "400 for a body that cannot be read, 415 for a kind of body or image that is not read, 422 for an option or " +
          "image that cannot be used, naming the field. An option that does not exist is an error.",
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/" }],
      tags: [
        { name: "attack", description: "Attack a classifier, and ask it." },
        { name: "catalogue", description: "What can be attacked." },
        { name: "audits", description: "Attack a whole image set." },
        { name: "evidence", description: "What an audit found, and its badge." },
        { name: "service", description: "The service itself." },
      ],
      components: {
        schemas: componentSchemas() as Record<string, object>,
        securitySchemes: { token: { type: "http", scheme: "bearer" } },
      },
    },
  });
}
