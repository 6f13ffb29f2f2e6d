import { type Context, Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { noneSchema } from "../../api/options.ts";
import type { AuditReport } from "../../core/audit/report.ts";
import type { Raster } from "../../core/image/raster.ts";
import { stretch } from "../../core/image/stretch.ts";
import { publishedFrame } from "../../report/evidence/frame.ts";
import { evidencePage, notAuditedPage } from "../../report/evidence/page.ts";
import { contentSecurityPolicy } from "../../report/web-page.ts";
import { requireKnownOwner } from "../middleware/bearer-auth.ts";
import { evidencePageDescription, reportDescription, withdrawDescription } from "../openapi/evidence.ts";
import { readQuery } from "../request/body.ts";
import { negotiate } from "../request/negotiate.ts";
import { validate } from "../request/validate.ts";
import { sha256, tagged } from "../response/etag.ts";
import { keepLast } from "../response/evidence-pages.ts";
import { presentReport } from "../response/present-audit.ts";
import { Problem } from "../response/problem.ts";
import type { Services } from "../services.ts";

const CACHE_CONTROL = "public, max-age=300";
/** A page is made for a report in 30 ms and has 430 KB. */
const KEPT_PAGES = 4;

/** `GET /models/{model}`, the evidence behind a badge, and its JSON twin `GET /v1/models/{model}/audit`. */
export const evidenceRoutes = (services: Services) => {
  const keep = keepLast(KEPT_PAGES);
  return new Hono()
    .get("/models/:model", describeRoute(evidencePageDescription), tagged, async (c) => {
      const type = negotiate(c, ["text/html", "application/json"]);
      c.header("Vary", "Accept");
      return type === "text/html" ? htmlReport(c, services, keep) : jsonReport(c, services);
    })
    .get("/v1/models/:model/audit", describeRoute(reportDescription), tagged, (c) => {
      negotiate(c, ["application/json"]);
      return jsonReport(c, services);
    })
    .delete("/v1/models/:model/audit", describeRoute(withdrawDescription), async (c) => {
      const owner = await requireKnownOwner(c, services);
      const { classifier } = await find(c, services);
      const { id } = classifier.manifest;
      if (await services.withdraw(classifier, owner)) return c.body(null, 204);
      const detail = `Your token has not published a report of the model ${id}. Nothing was withdrawn.`;
      throw new Problem("not-found", detail, "model");
    });
};

async function find(c: Context, { registry, evidence }: Services) {
  validate(noneSchema, readQuery(c));
  const id = c.req.param("model") ?? "";
  const classifier = registry.get(id);
  if (!classifier)
    throw new Problem("not-found", `There is no model "${id}". GET /v1/models lists them.`, "model");
  return { classifier, report: await evidence(classifier) };
}

async function jsonReport(c: Context, services: Services): Promise<Response> {
  const { classifier, report } = await find(c, services);
  if (report) return c.json(presentReport(report), 200, { "Cache-Control": CACHE_CONTROL });
  const detail = `The model ${classifier.manifest.id} has not been audited. Audit it with POST /v1/audits and publish=true.`;
  throw new Problem("not-found", detail, "model");
}

async function htmlReport(
  c: Context,
  services: Services,
  keep: ReturnType<typeof keepLast>,
): Promise<Response> {
  const { classifier, report } = await find(c, services);
  const draw = async (shown: AuditReport) => {
    // Reports that are published or shipped are about evaluation images, never uploaded ones.
    const set = services.evaluations.find(({ id }) => id === shown.images.set);
    if (set === undefined) throw new Error(`There is no evaluation set ${shown.images.set}.`);
    const evaluation = await set.open();
    const images = new Map<number, Raster>();
    for (const { index } of shown.rows.flatMap(({ gallery }) => gallery)) {
      if (!images.has(index))
        images.set(index, stretch(await evaluation.image(index), classifier.manifest.input));
    }
    return evidencePage(shown, publishedFrame(shown, set), (index) => images.get(index)!);
  };
  const page = report
    ? await keep(await sha256(new TextEncoder().encode(JSON.stringify(report))), () => draw(report))
    : notAuditedPage(classifier.manifest);
  return c.html(page, 200, {
    "Cache-Control": CACHE_CONTROL,
    "Content-Security-Policy": await contentSecurityPolicy(),
  });
}
