/** The reference page: the API's description, for people. */
import { html } from "hono/html";
import { type Html, webPage } from "../../report/web-page.ts";
import { problemKinds } from "../response/problem.ts";
import type { describeApi } from "./document.ts";

type Document = Awaited<ReturnType<typeof describeApi>>;

/** The parts of JSON Schema that the description uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly description?: string; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content: Readonly<Record<string, Media>> }>
  >;
}

/** An operation and where it is. */
interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Writes a page on the description. */
export function referencePage(document: Document): Html {
  const { info, tags = [], components } = document;
  const routes = Object.entries(
    document.paths as unknown as Record<string, Record<string, Operation>>,
  ).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]): Route => ({ method: method.toUpperCase(), path, operation }),
    ),
  );
  return webPage(
    `${info.title} ${info.version}: the HTTP API`,
    html`<h1>The HTTP API</h1>
<p>${info.summary}</p>
<p>${info.description}</p>
<p>This page in machine-readable form: <a href="/openapi.json">/openapi.json</a>, OpenAPI ${document.openapi}.</p>
<pre><code>curl -s 'http://127.0.0.1:8787/v1/attack?sample=cat-3&amp;pixels=3'</code></pre>
<nav aria-label="Routes"><ul>${routes.map(({ method, path, operation }) => html`<li><a href="#${operation.operationId}"><code>${method} ${path}</code></a> ${operation.summary}</li>`)}</ul></nav>
${tags.map(
  ({ name, description }) => html`<h2>${description}</h2>
${routes.filter(({ operation }) => operation.tags.includes(name)).map(routeSection)}`,
)}
<h2>Problems</h2>
<p>Every error is an <code>application/problem+json</code> of <code>type</code>, <code>title</code>,
<code>status</code>, <code>detail</code> and, if a field caused it, <code>field</code>.</p>
<dl>${Object.entries(problemKinds).map(([kind, { status, title, meaning }]) => html`<dt id="${kind}">${status} ${title} <code>${kind}</code></dt><dd>${meaning}</dd>`)}</dl>
<h2>Schemas</h2>
${Object.entries(components.schemas ?? {}).map(([name, schema]) => html`<details id="${name}"><summary><code>${name}</code></summary>${code(schema)}</details>`)}`,
  );
}

function routeSection({ method, path, operation }: Route): Html {
  const { operationId, summary, description, security, parameters = [], requestBody, responses } = operation;
  return html`<section class="operation" id="${operationId}" aria-labelledby="${operationId}-title">
<h3 id="${operationId}-title"><code>${method} ${path}</code> ${summary}</h3>
${description ? html`<p>${description}</p>` : ""}
${security ? html`<p>Needs a bearer token.</p>` : ""}
${parameters.length > 0 ? parameterTable(operationId, parameters) : ""}
${requestBody ? html`<h4>Body</h4><p>${requestBody.description}</p>${mediaList(requestBody.content)}` : ""}
<h4>Responses</h4>
<dl>${Object.entries(responses).map(([status, { description, content }]) => html`<dt>${status}</dt><dd>${description} ${content ? mediaList(content) : ""}</dd>`)}</dl>
</section>`;
}

function parameterTable(id: string, parameters: NonNullable<Operation["parameters"]>): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Options of ${id}">
<table>
<thead><tr><th scope="col">option</th><th scope="col" class="words">value</th><th scope="col" class="words">meaning</th></tr></thead>
<tbody>${parameters.map((parameter) => {
    const notes = [parameter.in === "path" ? "In the path." : "", parameter.required ? "Required." : ""];
    return html`<tr><td><code>${parameter.name}</code></td><td class="words">${valueWords(parameter.schema)}</td>
<td class="words">${parameter.description} ${notes.join(" ")}</td></tr>`;
  })}</tbody>
</table>
</div>`;
}

/** What a value may be, in a few words. */
function valueWords(schema: Schema): string {
  const { type, anyOf, minimum, maximum, items } = schema;
  if (anyOf) return anyOf.map(valueWords).join(", or ");
  if (schema.enum) return schema.enum.join(", ");
  const range = minimum === undefined || maximum === undefined ? "" : ` from ${minimum} to ${maximum}`;
  switch (type) {
    case "integer":
      return `a whole number${range}`;
    case "number":
      return `a number${range}`;
    case "boolean":
      return "true, false";
    case "array":
      return `a list, each ${valueWords(items ?? {})}`;
    default:
      return "text";
  }
}

/** Media types with their schemas; a real response where one was recorded. */
function mediaList(content: Readonly<Record<string, Media>>): Html {
  return html`<ul>${Object.entries(content).map(
    ([type, { schema, example }]) => html`<li><code>${type}</code> ${schemaLink(schema)}
${example === undefined || type.includes("problem") ? "" : html`<details><summary>Example response</summary>${code(example)}</details>`}</li>`,
  )}</ul>`;
}

function schemaLink(schema: Schema | undefined): Html | string {
  const name = schema?.$ref?.split("/").at(-1);
  return name === undefined ? "" : html`<a href="#${name}">${name}</a>`;
}

const code = (value: unknown): Html => html`<pre><code>${JSON.stringify(value, null, 2)}</code></pre>`;
