import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { requestLog } from "./middleware/request-log.ts";
import { allowBrowsers, secure } from "./middleware/security-headers.ts";
import { problemOf, reportFailure } from "./response/failure.ts";
import { Problem, problemResponse } from "./response/problem.ts";
import { sharing } from "./response/sharing.ts";
import { attackRoutes } from "./routes/attack.ts";
import { auditRoutes } from "./routes/audits.ts";
import { badgeRoutes } from "./routes/badge.ts";
import { classifyRoutes } from "./routes/classify.ts";
import { descriptionRoutes } from "./routes/description.ts";
import { estimateRoutes } from "./routes/estimate.ts";
import { evidenceRoutes } from "./routes/evidence.ts";
import { healthRoutes } from "./routes/health.ts";
import { mapRoutes } from "./routes/map.ts";
import { modelRoutes } from "./routes/models.ts";
import { sampleRoutes } from "./routes/samples.ts";
import { targetsRoutes } from "./routes/targets.ts";
import { verifyRoutes } from "./routes/verify.ts";
import type { Services } from "./services.ts";

/**
 * The HTTP application.
 * @example
 * const app = createApp(services);
 * await app.request("/v1/attack?sample=cat-3&pixels=1");
 */
export function createApp(services: Services) {
  const app = new Hono();
  app.use(requestId(), requestLog(services.log, services.waitUntil), sharing, allowBrowsers, secure);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allow = methods.join(", ");
        const detail = `${c.req.method} is not allowed at ${c.req.path}. Use ${allow}.`;
        return problemResponse(
          new Problem("method-not-allowed", detail, undefined, { headers: { Allow: allow } }),
        );
      },
    }),
  );
  app.notFound((c) => {
    const detail = `There is nothing at ${c.req.path}. The routes are described at /docs.`;
    return problemResponse(new Problem("not-found", detail));
  });
  app.onError((error) => {
    const problem = problemOf(error);
    reportFailure(problem);
    return problemResponse(problem);
  });
  app.route("/", descriptionRoutes(app, services.version));
  return app
    .route("/", attackRoutes(services))
    .route("/", targetsRoutes(services))
    .route("/", mapRoutes(services))
    .route("/", estimateRoutes(services))
    .route("/", verifyRoutes(services))
    .route("/", classifyRoutes(services))
    .route("/", modelRoutes(services))
    .route("/", sampleRoutes(services))
    .route("/", auditRoutes(services))
    .route("/", badgeRoutes(services))
    .route("/", evidenceRoutes(services))
    .route("/", healthRoutes(services));
}
