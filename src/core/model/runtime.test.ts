import { expect, test } from "vitest";
import { greyOnnx } from "../../../test/support/grey-model.ts";
import { nodeRuntime } from "../../node/models.ts";

const runtime = nodeRuntime();

// First, for there is but one initialisation in a test file.
test("another caller's WebAssembly.instantiate is answered as ever during the initialisation", async () => {
  const original = WebAssembly.instantiate;
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  const started = runtime.start();
  while (WebAssembly.instantiate === original) await Promise.resolve();
  const made = await WebAssembly.instantiate(empty);
  expect(Object.keys(made.instance.exports)).toEqual([]);
  await started;
  expect(WebAssembly.instantiate).toBe(original);
});

test("tasks run one after the other, and a failed one does not stop the next", async () => {
  const events: string[] = [];
  const task = (name: string, fails: boolean) => async () => {
    events.push(`${name} starts`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    events.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
  const results = await Promise.allSettled([
    runtime.exclusive(task("a", false)),
    runtime.exclusive(task("b", true)),
    runtime.exclusive(task("c", false)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(events).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
});

test("a file that is no model is refused, and the next model loads", async () => {
  const open = (onnx: ArrayBuffer) => runtime.exclusive(() => runtime.open(onnx));
  await expect(open(new TextEncoder().encode("not a model").buffer)).rejects.toThrow();
  const session = await open(greyOnnx());
  expect(session.inputNames).toEqual(["image"]);
});
