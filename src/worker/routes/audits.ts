import { type Context, Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { describeRoute } from "hono-openapi";
import { auditSchema } from "../../api/audit.ts";
import { noneSchema } from "../../api/options.ts";
import { writeCsv } from "../../core/audit/csv.ts";
import { defineAudit } from "../../core/audit/define.ts";
import { definitionFaults, describeFaults } from "../../core/audit/protocol.ts";
import type { AuditStatus, QuotaFault } from "../audits/state.ts";
import { deferred } from "../deferred.ts";
import { requireKnownOwner, requireOwner } from "../middleware/bearer-auth.ts";
import { AUDIT_SLOTS } from "../middleware/concurrency-limit.ts";
import { pricedFor, requireAuditWork } from "../middleware/work.ts";
import {
  auditCsvDescription,
  auditDescription,
  auditOutcomesDescription,
  cancelAuditDescription,
  startAuditDescription,
} from "../openapi/audits.ts";
import { imageSetOf, readAuditImages } from "../request/audit-images.ts";
import { readBody, readQuery } from "../request/body.ts";
import { findClassifier } from "../request/input.ts";
import { negotiate } from "../request/negotiate.ts";
import { AUDIT_BODY } from "../request/read-bytes.ts";
import { validate } from "../request/validate.ts";
import { presentAudit, presentOutcome } from "../response/present-audit.ts";
import { Problem } from "../response/problem.ts";
import type { Services } from "../services.ts";

const DEFAULT_PIXELS = [1, 3, 5];

/** `/v1/audits`: attacks on a whole image set, in the background. Every request needs the owner's token. */
export const auditRoutes = (services: Services) =>
  new Hono()
    .post("/v1/audits", describeRoute(startAuditDescription), (c) => start(c, services))
    .get("/v1/audits/:audit", describeRoute(auditDescription), async (c) => {
      const type = negotiate(c, ["application/json", "text/event-stream"]);
      validate(noneSchema, readQuery(c));
      const { id, owner, status } = await find(c, services);
      c.header("Vary", "Accept, Authorization");
      c.header("Cache-Control", "no-store");
      return type === "application/json"
        ? c.json(presentAudit(id, status))
        : follow(c, services, id, owner, status);
    })
    .get("/v1/audits/:audit/results.csv", describeRoute(auditCsvDescription), async (c) => {
      const { status, outcomes } = await findOutcomes(c, services);
      return c.body(writeCsv(outcomes, status.definition.model.labels), 200, {
        "Content-Type": "text/csv; charset=utf-8; header=present",
        "Cache-Control": "no-store",
      });
    })
    .get("/v1/audits/:audit/results.json", describeRoute(auditOutcomesDescription), async (c) => {
      const { id, status, outcomes } = await findOutcomes(c, services);
      const { definition, state, progress } = status;
      const results = outcomes.map((outcome) => presentOutcome(outcome, definition.model.labels));
      return c.json({ id, state, progress, results }, 200, { "Cache-Control": "no-store" });
    })
    .delete("/v1/audits/:audit", describeRoute(cancelAuditDescription), async (c) => {
      validate(noneSchema, readQuery(c));
      const { id, owner } = await find(c, services);
      const status = await services.audits.remove(id, owner);
      return c.json(presentAudit(id, status ?? missing(id)));
    });

async function start(c: Context, services: Services): Promise<Response> {
  negotiate(c, ["application/json"]);
  await services.rateLimit.countRequest(c);
  const owner = await requireOwner(c, services.tokens);
  services.concurrencyLimit.enter(c, AUDIT_SLOTS);
  const sent = await readBody(c, services.bodyMemory, AUDIT_BODY);
  if (sent.image) throw new Problem("invalid-option", "An audit takes images in the field images.", "image");
  const {
    model,
    images,
    pixels,
    targeted,
    publish = false,
    ...options
  } = validate(auditSchema, sent.options);
  const classifier = findClassifier(services, model);
  c.get("record").model = classifier.manifest.id;
  const set = imageSetOf(images, publish, classifier, services.evaluations);
  const definition = defineAudit(
    classifier,
    {
      images: set,
      pixels: typeof pixels === "number" || pixels === "min" ? [pixels] : (pixels ?? DEFAULT_PIXELS),
      targeted: targeted ?? false,
      options,
    },
    services.maxBudget.audits,
  );
  const [fault] = publish ? definitionFaults(definition) : [];
  if (fault !== undefined) {
    const faults = describeFaults(definitionFaults(definition));
    const detail = `This audit cannot be published. ${faults} Change this, or omit publish.`;
    throw new Problem("invalid-option", detail, fault.field);
  }
  const read = await readAuditImages(images, set, classifier, services.evaluations);
  const priced = await pricedFor(services, classifier, options.engine);
  requireAuditWork(definition, priced, services.maxWork.auditImage);
  const id = await services.audits.create({ definition, owner, publish }, read);
  if (typeof id !== "string") throw quotaProblem(id);
  const status = (await services.audits.status(id, owner)) ?? missing(id);
  return c.json(presentAudit(id, status), 202, { Location: `/v1/audits/${id}` });
}

function quotaProblem({ quota, most }: QuotaFault): Problem {
  const details = {
    running: `Your token has ${most} running audits, which is the limit. Wait until one has ended, or cancel one with DELETE /v1/audits/{id}.`,
    kept: `Your token has ${most} stored audits, which is the limit. Delete one that has ended with DELETE /v1/audits/{id}.`,
    bytes: `The decoded images of your running audits would have more than ${most} bytes, which is the limit. Wait until one has ended, or send fewer images.`,
  };
  return new Problem("quota-exceeded", details[quota], undefined, { headers: { "Retry-After": "60" } });
}

/** @throws Problem 401 without a valid token, 404 for another owner's audit as for none */
async function find(c: Context, services: Services) {
  const owner = await requireKnownOwner(c, services);
  const id = c.req.param("audit") ?? "";
  const status = (await services.audits.status(id, owner)) ?? missing(id);
  return { id, owner, status };
}

async function findOutcomes(c: Context, services: Services) {
  validate(noneSchema, readQuery(c));
  const { id, owner, status } = await find(c, services);
  const outcomes = (await services.audits.outcomes(id, owner)) ?? missing(id);
  return { id, status, outcomes };
}

function missing(id: string): never {
  throw new Problem("not-found", `Your token has no audit "${id}". Audits are stored for 30 days.`, "audit");
}

/** `progress` events while the audit runs, then one `result`. */
function follow(c: Context, { audits }: Services, id: string, owner: string, first: AuditStatus): Response {
  const ended = deferred();
  c.get("record").streaming = ended.promise;
  return streamSSE(c, async (output) => {
    try {
      let status: AuditStatus | null = first;
      while (status?.state === "running" && !output.aborted) {
        await output.writeSSE({ event: "progress", data: JSON.stringify(status.progress) });
        status = await audits.next(id, owner, status.progress);
      }
      if (status) await output.writeSSE({ event: "result", data: JSON.stringify(presentAudit(id, status)) });
    } finally {
      ended.resolve();
    }
  });
}
