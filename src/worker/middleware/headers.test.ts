import { describe, expect, test } from "vitest";
import { app } from "../../../test/support/services.ts";

describe("headers", () => {
  const paths = [
    "/v1/models",
    "/v1/attack?sample=calm-0",
    "/healthz",
    "/nowhere",
    "/v1/attack?pixels=0",
    "/docs",
  ];

  test("a request id that the service chose, where no cache may share the response", async () => {
    expect((await app.request("/healthz")).headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each(paths)("%s: what keeps browsers from harm", async (path) => {
    const { headers } = await app.request(path);
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Strict-Transport-Security")).toMatch(/^max-age=\d{8,}$/);
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(headers.has("Access-Control-Allow-Credentials")).toBe(false);
  });

  test("an id that is not plain is replaced", async () => {
    const headers = { "X-Request-Id": "a b" };
    expect((await app.request("/healthz", { headers })).headers.get("X-Request-Id")).not.toBe("a b");
  });

  test("a browser may ask from any page, and read the facts", async () => {
    const preflight = await app.request("/v1/attack", {
      method: "OPTIONS",
      headers: {
        Origin: "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,authorization",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("Access-Control-Allow-Methods")).toContain("POST");
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toBe("content-type,authorization");
    for (const path of ["/v1/attack?sample=calm-0", "/v1/map?sample=calm-0"]) {
      const method = path.startsWith("/v1/map") ? "POST" : "GET";
      const { headers } = await app.request(path, { method, headers: { Accept: "image/png" } });
      const exposed = headers.get("Access-Control-Expose-Headers")!.split(",");
      const facts = [...headers.keys()].filter((name) => name.startsWith("onepixel-"));
      expect(facts.length).toBeGreaterThan(3);
      for (const fact of [...facts, "etag", "retry-after", "x-request-id"]) {
        expect(exposed.map((name) => name.toLowerCase())).toContain(fact);
      }
    }
  });
});
