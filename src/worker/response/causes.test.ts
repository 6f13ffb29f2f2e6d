import { describe, expect, test, vi } from "vitest";
import { services } from "../../../test/support/services.ts";
import { OptionError } from "../../core/attack/options/options.ts";
import { ImageError } from "../../core/image/error.ts";
import { RuntimeUnavailableError } from "../../core/model/runtime.ts";
import { createApp } from "../app.ts";
import { fromBase64 } from "../request/body.ts";
import { problemOf, reportFailure } from "./failure.ts";
import { Problem } from "./problem.ts";

/** Everything that is written to the log as an error while `task` runs. */
async function loggedDuring(task: () => unknown): Promise<string[]> {
  const spy = vi.spyOn(console, "error").mockImplementation(() => {});
  try {
    await task();
    return spy.mock.calls.map((values) => values.join(" "));
  } finally {
    spy.mockRestore();
  }
}

describe("a problem keeps the error that it was made of", () => {
  test.each([
    new OptionError("pixels", "must be less"),
    new ImageError("corrupt", "The image is damaged."),
    new RuntimeUnavailableError("no memory"),
    new TypeError("undefined is not a function"),
  ])("%s", (error) => {
    expect(problemOf(error).cause).toBe(error);
  });

  test("and base64 that does not decode is one", () => {
    expect(() => fromBase64("§")).toThrow(
      expect.objectContaining({ kind: "invalid-image", cause: expect.any(Error) }),
    );
  });
});

describe("the log", () => {
  test("shows an unforeseen error with its stack and all its causes", async () => {
    const cause = new Error("the disk is gone");
    const error = new Error("cannot read", { cause: new TypeError("no answer", { cause }) });
    const [line, ...more] = await loggedDuring(() => reportFailure(problemOf(error)));
    expect(more).toEqual([]);
    expect(line).toMatch(
      /^Error: cannot read\n +at .*causes\.test.*\nCaused by: TypeError: no answer\n.*\nCaused by: Error: the disk is gone\n/s,
    );
  });

  test("shows a problem of the service itself, wherever it was thrown", async () => {
    const thrown = new Problem("internal-error", "It failed.", undefined, { cause: new Error("inside") });
    expect(await loggedDuring(() => reportFailure(thrown))).toEqual([expect.stringMatching(/inside/)]);
  });

  test("survives causes that go round, and things that are no errors", async () => {
    const round = new Error("round");
    round.cause = round;
    const [line] = await loggedDuring(() => reportFailure(problemOf(round)));
    expect(line!.match(/Error: round/g)!.length).toBeLessThan(10);
    expect(await loggedDuring(() => reportFailure(problemOf("a text")))).toEqual(["a text"]);
    expect(await loggedDuring(() => reportFailure(problemOf(undefined)))).toHaveLength(1);
  });

  test("says nothing of what the client did wrong", async () => {
    expect(await loggedDuring(() => reportFailure(new Problem("invalid-option", "No.")))).toEqual([]);
  });
});

describe("nothing of a cause reaches the client", () => {
  const secret = new Error("secret at /srv/key", { cause: new Error("deeper secret") });
  const failing = { ...services.registry.default, probabilities: () => Promise.reject(secret) };
  const registry = { classifiers: [failing], default: failing, get: () => failing };
  const { request } = createApp({ ...services, registry });

  test.each(["application/json", "application/x-ndjson"])("%s", async (accept) => {
    const logged = await loggedDuring(async () => {
      const response = await request("/v1/attack?sample=calm-0", { headers: { Accept: accept } });
      const text = `${JSON.stringify([...response.headers])}${await response.text()}`;
      expect(text).toContain("internal-error");
      expect(text).not.toMatch(/secret|cause|srv/);
    });
    expect(logged).toEqual([expect.stringMatching(/secret at \/srv\/key.*Caused by: Error: deeper secret/s)]);
  });
});
