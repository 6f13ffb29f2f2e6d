/** The response of the routes that say what a request would cost. */
import * as v from "valibot";
import { described, engine, modelName, whole } from "../values.ts";
import { mapSettings } from "./map.ts";
import { settings, settingsOfTargets } from "./parts.ts";

const amount = v.pipe(v.number(), v.minValue(0));

export const estimateSchema = v.strictObject({
  model: modelName,
  settings: described(
    v.union([settings, settingsOfTargets, mapSettings]),
    "Every option, resolved as the request itself would resolve it.",
  ),
  engine,
  queries: described(whole, "The most queries."),
  work: described(amount, "The most work, in millions of multiply-adds."),
  maxWork: described(amount, "The work that one request may cost."),
  share: described(amount, "The share of it that this request may cost, at most 1."),
  seconds: described(
    v.nullable(amount),
    "About how long all queries take, at the speed of recent requests to this instance; a success ends an attack earlier. Null until there was a request that took long enough to measure.",
  ),
});
