/** Responses that are not streams have a deadline: a client that left may go unnoticed. */
import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { limitsOf, services } from "../../../test/support/services.ts";
import { createApp } from "../app.ts";
import { readLimits } from "../limits.ts";

/** The service on a clock that goes on by a second in every pause. */
function slow(maxSeconds: number) {
  let now = 1_000_000;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
  const limits = limitsOf(1);
  const pause = async () => {
    now += 1000;
    await services.pause();
  };
  return { app: createApp({ ...services, ...limits, pause, maxSeconds }), clock };
}

const LONG = "/v1/attack?sample=calm-0&search=random&stop=confidence&budget=3000";

test.for([
  ["attack", LONG, "GET", "application/json"],
  ["attack", LONG, "GET", "image/png"],
  [
    "targets",
    "/v1/targets?sample=calm-0&search=random&stop=confidence&budget=3000",
    "POST",
    "application/json",
  ],
  ["map", "/v1/map?sample=calm-0", "POST", "application/json"],
  ["map", "/v1/map?sample=calm-0", "POST", "image/png"],
])(
  "%s %s %s as %s ends at the deadline, and its slot is free",
  async ([, path, method, Accept], { expect }) => {
    const { app, clock } = slow(3);
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const response = await app.request(path!, { method: method!, headers: { Accept: Accept! } });
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("30");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.json()).toMatchObject({
      type: "/docs#deadline",
      detail: expect.stringContaining("3 seconds"),
    });
    // The only slot there is.
    const next = await app.request("/v1/attack?sample=calm-0&search=random&budget=5");
    expect(next.status).toBe(200);
    clock.mockRestore();
    error.mockRestore();
  },
);

test("a stream has no deadline", async () => {
  const { app, clock } = slow(3);
  const response = await app.request(LONG, { headers: { Accept: "application/x-ndjson" } });
  const events = (await response.text()).trim().split("\n");
  expect(JSON.parse(events.at(-1)!).event).toBe("result");
  clock.mockRestore();
});

test("a response that is ready in time is the same, whatever the deadline", async () => {
  const path = "/v1/attack?sample=calm-0&search=random&budget=20";
  const { app, clock } = slow(1000);
  const late = await (await app.request(path)).text();
  clock.mockRestore();
  expect(late).toBe(await (await createApp({ ...services, maxSeconds: 1 }).request(path)).text());
});

test.for(["MAX_SECONDS", "MAX_AUDITS_RUNNING", "MAX_AUDITS_KEPT", "MAX_AUDIT_IMAGE_BYTES"])(
  "a %s that is no whole number is refused at startup",
  (name, { expect }) => {
    const toml = readFileSync("wrangler.toml", "utf8");
    const vars = Object.fromEntries(
      [...toml.matchAll(/^([A-Z_]+) = "(.*)"$/gm)].map(([, key, value]) => [key, value]),
    );
    type Vars = Parameters<typeof readLimits>[0];
    expect(() => readLimits(vars as Vars)).not.toThrow();
    for (const wrong of ["many", "0", "1.5", ""]) {
      expect(() => readLimits({ ...vars, [name]: wrong } as Vars)).toThrow(
        `${name} must be a whole number from 1 to`,
      );
    }
  },
);
