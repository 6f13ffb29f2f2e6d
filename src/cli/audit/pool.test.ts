import { expect, test } from "vitest";
import { nodeRegistry } from "../../node/services.ts";
import { createPool, ThreadFault } from "./pool.ts";

test("a thread that breaks ends every attack, now and later, instead of leaving them to wait", async () => {
  const { default: classifier } = nodeRegistry();
  // No thread can make an array of this.
  const pool = await createPool({ ...classifier, onnx: async () => -1 as unknown as ArrayBuffer }, 2);
  const task = { index: 0, source: { set: "cifar10-test", index: 0 }, settings: {} } as unknown as Parameters<
    typeof pool.run
  >[0];
  for (const ended of await Promise.allSettled([pool.run(task), pool.run(task), pool.run(task)])) {
    expect(ended).toMatchObject({ status: "rejected", reason: expect.any(ThreadFault) });
  }
  await expect(pool.run(task)).rejects.toThrow(/^a thread broke: .*; try fewer with --threads$/);
  await pool.close();
});
