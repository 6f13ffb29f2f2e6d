import { Hono } from "hono";
import { readQuery } from "../body.ts";
import { presentModelName } from "../present.ts";
import { noneSchema } from "../schemas/none.ts";
import type { Services } from "../services.ts";
import { validate } from "../validate.ts";

/** `GET /healthz`: can queries be answered? */
export const healthRoutes = ({ version, registry, ready }: Services) =>
  new Hono().get("/healthz", async (c) => {
    validate(noneSchema, readQuery(c));
    await ready();
    return c.json({ status: "ok", version, models: registry.classifiers.map(presentModelName) });
  });
