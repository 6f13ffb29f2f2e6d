import { expect, test } from "vitest";
import { greyOnnx } from "../../../test/support/grey-model.ts";
import { nodeRuntime } from "../../node/models.ts";
import { createRuntime, RuntimeUnavailableError } from "./runtime.ts";

// In a file of its own: a failure is final for the isolate, and each test file has one.
test("a failed initialisation is final, and WebAssembly is put back", async () => {
  const before = WebAssembly.instantiate;
  // (module (import "?" "?" (func))): nobody has that for it, so it cannot be instantiated.
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 63, 1, 63, 0, 0];
  const broken = createRuntime(new WebAssembly.Module(Uint8Array.from(bytes)));
  const attempts = await Promise.allSettled([
    broken.start(),
    broken.exclusive(() => broken.open(greyOnnx())),
  ]);
  for (const attempt of attempts) {
    expect(attempt.status === "rejected" && attempt.reason).toBeInstanceOf(RuntimeUnavailableError);
  }
  expect(WebAssembly.instantiate).toBe(before);
  await expect(nodeRuntime().start()).rejects.toBeInstanceOf(RuntimeUnavailableError);
});
