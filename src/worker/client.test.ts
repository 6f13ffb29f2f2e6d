/** The client of onepixel/api, against the service itself. */
import type { ExtractSchema } from "hono/types";
import { expect, expectTypeOf, test } from "vitest";
import { services } from "../../test/support/services.ts";
import type { AppType, ProblemStatus } from "../api/app-type.ts";
import { createClient } from "../api/client.ts";
import type { AttackResult, MapResult, Problem, TargetsResult } from "../api/types.ts";
import type { createApp as CreateApp } from "./app.ts";
import { createApp } from "./app.ts";
import type { ProblemKind, problemKinds } from "./response/problem.ts";

const app = createApp(services);
const client = createClient("http://onepixel.test", {
  fetch: (input: RequestInfo | URL, init?: RequestInit) => app.request(input as string, init),
});

type Served = ExtractSchema<ReturnType<typeof CreateApp>>;
type Typed = ExtractSchema<AppType>;
type Methods<Schema> = { [Path in keyof Schema]: keyof Schema[Path] };

test("its routes, methods and problems are those of the service", () => {
  // Where this does not compile, `Routes` of src/api/app-type.ts lacks a route, or has one too many.
  expectTypeOf<Methods<Typed>>().toEqualTypeOf<Methods<Served>>();
  expectTypeOf<ProblemStatus>().toEqualTypeOf<(typeof problemKinds)[ProblemKind]["status"]>();
});

test("the status says whether a response is a result or a problem", async () => {
  const response = await client.v1.attack.$post({ json: { sample: "calm-0", pixels: 1, seed: 1 } });
  if (response.status !== 200) throw new Error((await response.json()).detail);
  const result = await response.json();
  expectTypeOf(result).toEqualTypeOf<AttackResult>();
  expect(result.settings.pixels).toBe(1);

  const refused = await client.v1.attack.$get({ query: { sample: "calm-0", budget: 0 } });
  if (refused.status === 200) throw new Error("A budget of 0 is refused.");
  const problem = await refused.json();
  expectTypeOf(problem).toEqualTypeOf<Problem>();
  expect([refused.status, problem.field]).toEqual([422, "budget"]);
});

test("map, targets and the lists have the types of their schemas", async () => {
  const map = await client.v1.map.$post({ json: { sample: "calm-0" } });
  if (!map.ok) throw new Error("The map failed.");
  const mapped = await map.json();
  expectTypeOf(mapped).toEqualTypeOf<MapResult>();
  expect(mapped.pixels).toHaveLength(mapped.width * mapped.height);
  const targets = await client.v1.targets.$post({ json: { sample: "calm-0", budget: 5, search: "random" } });
  if (!targets.ok) throw new Error("The targets failed.");
  const targeted = await targets.json();
  expectTypeOf(targeted).toEqualTypeOf<TargetsResult>();
  expect(targeted.targets.map(({ target }) => target)).toEqual(["glaring"]);
  const models = await client.v1.models.$get();
  if (!models.ok) throw new Error("The list of models failed.");
  const { default: id } = await models.json();
  const model = await client.v1.models[":model"].$get({ param: { model: id } });
  if (!model.ok) throw new Error("The model failed.");
  expect((await model.json()).engine).toBe("onnxruntime");
});

test("options of another name or type do not compile", () => {
  const wrong = () => [
    // @ts-expect-error There is no such option.
    client.v1.attack.$post({ json: { pixel: 1 } }),
    // @ts-expect-error A budget is a number.
    client.v1.map.$post({ json: { budget: "1" } }),
    // @ts-expect-error A GET needs the name of a sample.
    client.v1.attack.$get({ query: { pixels: 1 } }),
  ];
  expect(wrong).toBeTypeOf("function");
});
