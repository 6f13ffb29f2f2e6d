import { type Context, Hono } from "hono";
import { describeRoute } from "hono-openapi";
import { badgeSchema } from "../../api/audit.ts";
import { type Badge, type BadgeStyle, drawBadge } from "../../report/badge/draw.ts";
import { plainBadge, reportBadge, shieldsEndpoint } from "../../report/badge/message.ts";
import { badgeEndpointDescription, badgeImageDescription } from "../openapi/evidence.ts";
import { readQuery } from "../request/body.ts";
import { validate } from "../request/validate.ts";
import { tagged } from "../response/etag.ts";
import { problemOf, reportFailure } from "../response/failure.ts";
import type { Services } from "../services.ts";

const CACHE = { "Cache-Control": "public, max-age=300" };
const NO_CACHE = { "Cache-Control": "no-cache" };

interface BadgeResponse {
  readonly badge: Badge;
  readonly style: BadgeStyle;
  readonly isError: boolean;
}

/**
 * `GET /v1/models/{model}/badge.svg` and `badge.json`. Both always send a badge with the status 200,
 * because whoever embeds an image can show nothing else; an error is the badge's message.
 */
export const badgeRoutes = (services: Services) =>
  new Hono()
    .get("/v1/models/:model/badge.svg", describeRoute(badgeImageDescription), tagged, async (c) => {
      const { badge, style, isError } = await badgeFor(c, services);
      return c.body(drawBadge(badge, style), 200, {
        "Content-Type": "image/svg+xml; charset=utf-8",
        // An SVG opened by itself is a page of this origin.
        "Content-Security-Policy": "default-src 'none'; sandbox",
        ...(isError ? NO_CACHE : CACHE),
      });
    })
    .get("/v1/models/:model/badge.json", describeRoute(badgeEndpointDescription), tagged, async (c) => {
      const { badge, isError } = await badgeFor(c, services);
      return c.json(
        { ...shieldsEndpoint(badge), ...(isError ? { isError } : {}) },
        200,
        isError ? NO_CACHE : CACHE,
      );
    });

async function badgeFor(c: Context, services: Services): Promise<BadgeResponse> {
  try {
    const { pixels, style, label } = validate(badgeSchema, readQuery(c));
    const badge = await badgeOf(services, c.req.param("model") ?? "", pixels);
    return {
      badge: label === undefined ? badge : { ...badge, label },
      style: style ?? "flat",
      isError: false,
    };
  } catch (error) {
    const problem = problemOf(error);
    reportFailure(problem);
    const { kind, field } = problem;
    const message = kind === "invalid-option" ? `option ${field} is not valid` : "not available";
    return { badge: plainBadge(message), style: "flat", isError: true };
  }
}

async function badgeOf(
  { registry, evidence }: Services,
  id: string,
  pixels: number | "min" | undefined,
): Promise<Badge> {
  const classifier = registry.get(id);
  if (classifier === undefined) return plainBadge("no such model");
  const report = await evidence(classifier);
  if (report === null) return plainBadge("not audited");
  return (
    reportBadge(report, pixels) ?? plainBadge(`${pixels === "min" ? "any px" : `${pixels}px`}: not audited`)
  );
}
