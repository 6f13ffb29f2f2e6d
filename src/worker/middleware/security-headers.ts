/** Headers for browsers. */
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";

/** Any page may use the service: it has no cookies, so there are no credentials to misuse. */
export const allowBrowsers = cors({
  origin: "*",
  allowMethods: ["GET", "HEAD", "POST", "DELETE"],
  exposeHeaders: [
    "ETag",
    "Location",
    "Onepixel-Status",
    "Onepixel-Verified",
    "Onepixel-Model",
    "Onepixel-Before",
    "Onepixel-After",
    "Onepixel-Label",
    "Onepixel-Fooling",
    "Onepixel-Queries",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-Id",
  ],
  maxAge: 86_400,
});

/** The pages bring a Content-Security-Policy of their own. */
export const secure = secureHeaders({
  // Badges and images are there to be shown elsewhere.
  crossOriginResourcePolicy: "cross-origin",
  // Whether the other hosts of a domain speak HTTPS is not this service's to say.
  strictTransportSecurity: "max-age=15552000",
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});
