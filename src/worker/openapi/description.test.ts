import * as v from "valibot";
import { expect, test } from "vitest";
import { app } from "../../../test/support/services.ts";
import { auditReportSchema, badgeEndpointSchema } from "../../api/audit-results.ts";
import {
  attackResultSchema,
  classificationSchema,
  mapSchema,
  progressSchema,
  targetsSchema,
} from "../../api/results.ts";
import {
  healthSchema,
  modelDetailsSchema,
  modelsSchema,
  problemSchema,
  samplesSchema,
} from "../../api/service.ts";
import { resolveOptions } from "../../core/attack/options/options.ts";
import type { AuditDefinition } from "../../core/audit/definition.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { makeReport } from "../../core/audit/report.ts";
import { presentReport } from "../response/present-audit.ts";
import { problemKinds } from "../response/problem.ts";

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: { properties?: object } }> };
  responses: Record<string, { content: Record<string, object> }>;
}

const document = async () =>
  (await (await app.request("/openapi.json")).json()) as {
    openapi: string;
    info: object;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, object> };
  };

test("every route is described, with its methods", async () => {
  const { openapi, info, paths } = await document();
  expect(openapi).toBe("3.1.0");
  expect(info).toMatchObject({ title: "onepixel", version: "1.2.3" });
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(described.sort()).toEqual([...new Set(routes)].sort());
});

test("every reference leads to a component", async () => {
  const text = JSON.stringify(await document());
  const { components } = await document();
  const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(referred.length).toBeGreaterThan(10);
  for (const name of referred) expect(components.schemas).toHaveProperty(name!);
});

test("every schema has a type that generated clients keep", async () => {
  const kinds = ["$ref", "type", "enum", "const", "anyOf"];
  const faults: string[] = [];
  /** Goes through a JSON Schema; `where` leads to it. */
  const check = (schema: object, where: string): void => {
    const { properties, items, anyOf, ...own } = schema as Record<"properties" | "items" | "anyOf", object>;
    if (!kinds.some((kind) => kind in schema)) faults.push(`${where} has no type`);
    // openapi-python-client writes Python that does not parse for an optional boolean constant.
    if ("const" in own && typeof own.const === "boolean") faults.push(`${where} is a boolean constant`);
    for (const [name, property] of Object.entries(properties ?? {})) check(property, `${where}.${name}`);
    for (const [i, branch] of Object.entries(anyOf ?? {})) check(branch, `${where}|${i}`);
    if (items !== undefined) check(items, `${where}[]`);
  };
  const { components, paths } = await document();
  for (const [name, schema] of Object.entries(components.schemas)) {
    check(schema, name);
    // openapi-python-client gives such a property and its object one name, of two types.
    const { properties = {} } = schema as { properties?: object };
    if (name.toLowerCase() in properties) faults.push(`${name} has a property of its own name`);
  }
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { responses }] of Object.entries(operations)) {
      for (const [status, { content }] of Object.entries(responses)) {
        for (const [type, { schema }] of Object.entries(content ?? {}) as [string, { schema: object }][]) {
          check(schema, `${method} ${path} ${status} ${type}`);
        }
      }
    }
  }
  expect(faults).toEqual([]);
});

test("the options of an attack are the same in the query string, in JSON and in forms", async () => {
  const { paths } = await document();
  const { parameters, requestBody } = paths["/v1/attack"]!.post!;
  const names = parameters!.map(({ name }) => name).sort();
  expect(names).toContain("mutationFactor");
  for (const type of ["application/json", "multipart/form-data"]) {
    const properties = Object.keys(requestBody!.content[type]!.schema.properties!);
    expect(properties.filter((name) => name !== "image").sort()).toEqual(names);
  }
  expect(parameters!.find(({ name }) => name === "pixels")).toMatchObject({
    in: "query",
    required: false,
    schema: { anyOf: [{ type: "integer", minimum: 1, maximum: 1024 }, { const: "min" }] },
  });
  const sample = paths["/v1/attack"]!.get!.parameters!.find(({ name }) => name === "sample");
  expect(sample).toMatchObject({ required: true });
});

test.each([
  ["/v1/models", "GET", modelsSchema],
  ["/v1/models/glare", "GET", modelDetailsSchema],
  ["/v1/samples", "GET", samplesSchema],
  ["/healthz", "GET", healthSchema],
  ["/v1/classify?sample=calm-0", "POST", classificationSchema],
  ["/v1/attack?sample=calm-0", "GET", attackResultSchema],
  ["/v1/attack?sample=calm-0&label=glaring", "GET", attackResultSchema],
  ["/v1/attack?sample=calm-0&search=corners&exhaustive=true", "GET", attackResultSchema],
  ["/v1/attack?sample=calm-0&search=random&budget=3", "GET", attackResultSchema],
  ["/v1/attack?sample=calm-0&pixels=min&maxPixels=4", "GET", attackResultSchema],
  ["/v1/targets?sample=calm-0", "POST", targetsSchema],
  ["/v1/targets?sample=calm-0&search=de&pixels=2&budget=200", "POST", targetsSchema],
  ["/v1/targets?sample=calm-0&search=corners&budget=9", "POST", targetsSchema],
  ["/v1/targets?sample=calm-0&label=glaring", "POST", targetsSchema],
  ["/v1/map?sample=calm-0", "POST", mapSchema],
  ["/v1/map?sample=calm-0&label=glaring", "POST", mapSchema],
  ["/v1/map?sample=calm-0&budget=100", "POST", mapSchema],
  ["/v1/models/glare/badge.json", "GET", badgeEndpointSchema],
  ["/v1/models/none/badge.json?pixels=x", "GET", badgeEndpointSchema],
  ["/nowhere", "GET", problemSchema],
  ["/v1/attack?sample=calm-0&pixels=0", "GET", problemSchema],
])("the response to %s is as described", async (path, method, schema) => {
  const response = await app.request(path, { method });
  expect(v.safeParse(schema as v.GenericSchema, await response.json()).issues).toBeUndefined();
});

test("an audit's report is as described", () => {
  const settings = resolveOptions(
    {},
    {
      labels: ["a", "b"],
      width: 4,
      height: 4,
      channels: 3,
      maxBudget: 100,
    },
  );
  const definition: AuditDefinition = {
    model: { id: "m", title: "M", sha256: "0".repeat(64), labels: ["a", "b"], width: 4, height: 4 },
    images: { set: "cifar10-test", count: 2, seed: null },
    targeted: true,
    options: { seed: 3 },
    rows: [{ pixels: 1, settings }],
  };
  const common = { pixels: 1, certified: false, problem: null, queries: 9 } as const;
  const changed = [{ x: 1, y: 2, from: "#000000", to: "#ff0000" }];
  const outcomes: ImageOutcome[] = [
    { ...common, index: 0, label: 0, target: 1, status: "fooled", newLabel: 1, probability: 0.6, changed },
    {
      ...common,
      index: 1,
      label: 1,
      target: null,
      status: "misclassified",
      newLabel: 0,
      probability: 1,
      changed: [],
    },
  ];
  const report = presentReport(makeReport(definition, outcomes, "2026-01-31"));
  expect(v.safeParse(auditReportSchema, JSON.parse(JSON.stringify(report))).issues).toBeUndefined();
});

test("progress events are as described", async () => {
  const headers = { Accept: "application/x-ndjson" };
  const response = await app.request("/v1/attack?sample=calm-0", { headers });
  const [first] = (await response.text()).split("\n");
  const { event, ...progress } = JSON.parse(first!);
  expect(event).toBe("progress");
  expect(v.safeParse(progressSchema, progress).issues).toBeUndefined();
});

test("the reference page names every route, option and problem, and loads nothing from elsewhere", async () => {
  const response = await app.request("/docs");
  expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
  expect(response.headers.get("Content-Security-Policy")).toMatch(/^default-src 'none'/);
  const page = await response.text();
  for (const operations of Object.values((await document()).paths)) {
    for (const { operationId, parameters = [] } of Object.values(operations)) {
      expect(page).toContain(`id="${operationId}"`);
      for (const { name } of parameters) expect(page).toContain(`<code>${name}</code>`);
    }
  }
  for (const kind of Object.keys(problemKinds)) expect(page).toContain(`id="${kind}"`);
  for (const [, link] of page.matchAll(/href="#([^"]*)"/g)) expect(page).toContain(`id="${link}"`);
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(page).not.toMatch(/undefined|\[object|<script/);
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
