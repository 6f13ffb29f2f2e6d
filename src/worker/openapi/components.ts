/** The schemas of the API's description (OpenAPI 3.1), made from those that validate. */
import { type ConversionConfig, type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import type { DescribeRouteOptions } from "hono-openapi";
import {
  auditOutcomesSchema,
  auditReportSchema,
  auditSchema,
  badgeEndpointSchema,
} from "../../api/audit-results.ts";
import {
  attackResultSchema,
  classificationSchema,
  estimateSchema,
  mapSchema,
  progressSchema,
  targetsSchema,
  verificationSchema,
} from "../../api/results.ts";
import {
  healthSchema,
  modelDetailsSchema,
  modelSchema,
  modelsSchema,
  problemSchema,
  samplesSchema,
} from "../../api/service.ts";
import type { OptionsSchema } from "../request/validate.ts";

type RouteParameters = NonNullable<DescribeRouteOptions["parameters"]>;

/** JSON Schema 2020-12 is OpenAPI 3.1's own dialect. Checks that it cannot express stay the service's own. */
const config: ConversionConfig = {
  target: "draft-2020-12",
  errorMode: "ignore",
  // Not every reader of OpenAPI knows `prefixItems` (all tuples here are pairs of one kind) and boolean constants.
  overrideSchema: ({ jsonSchema }) => {
    if (typeof jsonSchema.const === "boolean") return { type: "boolean", enum: [jsonSchema.const] };
    const { prefixItems } = jsonSchema as { prefixItems?: JsonSchema[] };
    const [items] = prefixItems ?? [];
    return items && { type: "array", items, minItems: prefixItems!.length, maxItems: prefixItems!.length };
  },
};

function convert(schema: Parameters<typeof toJsonSchema>[0]): JsonSchema {
  const { $schema: _, ...converted } = toJsonSchema(schema, config);
  return converted;
}

const results = {
  AttackResult: attackResultSchema,
  Progress: progressSchema,
  TargetsResult: targetsSchema,
  Map: mapSchema,
  Estimate: estimateSchema,
  Verification: verificationSchema,
  Classification: classificationSchema,
  Model: modelSchema,
  ModelDetails: modelDetailsSchema,
  ModelList: modelsSchema,
  SampleList: samplesSchema,
  Audit: auditSchema,
  AuditReport: auditReportSchema,
  AuditOutcomes: auditOutcomesSchema,
  BadgeEndpoint: badgeEndpointSchema,
  Health: healthSchema,
  Problem: problemSchema,
};

export type Component = keyof typeof results;

export const componentSchemas = (): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(results).map(([name, schema]) => [name, convert(schema)]));

export const ref = (component: Component) => ({ $ref: `#/components/schemas/${component}` });

const propertiesOf = (schema: OptionsSchema) => convert(schema).properties as Record<string, JsonSchema>;

/** The options as an object, for JSON bodies and forms. @param others properties beside the options */
export function optionsObject(schema: OptionsSchema, others: Record<string, { type: "string" }> = {}) {
  const properties = { ...others, ...propertiesOf(schema) } as Record<string, { type: "string" }>;
  return { type: "object" as const, properties, additionalProperties: false };
}

/** A query string cannot say null: leaving an option out says the same. */
function withoutNull({ anyOf, ...schema }: JsonSchema): JsonSchema {
  const others = anyOf?.filter(
    (branch) => typeof branch === "object" && branch.type !== "null",
  ) as JsonSchema[];
  if (anyOf === undefined) return schema;
  return others.length === 1 ? { ...others[0], ...schema } : { anyOf: others, ...schema };
}

/** The options as parameters of the query string; a range is written `0.5,1`. */
export function queryParameters(schema: OptionsSchema): RouteParameters {
  const required = convert(schema).required ?? [];
  return Object.entries(propertiesOf(schema)).map(([name, { description, ...property }]) => ({
    in: "query" as const,
    name,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    ...(property.anyOf?.some((branch) => typeof branch === "object" && branch.type === "array")
      ? { style: "form", explode: false }
      : {}),
    schema: withoutNull(property),
  })) as RouteParameters;
}
