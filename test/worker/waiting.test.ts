/** What one request makes for the others, when its context ends before it is made. */

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { once } from "../../src/core/exclusive.ts";

test("what an object does not finish, because it was aborted, is made in the context of another one", async () => {
  let attempts = 0;
  const get = once(async () => {
    attempts++;
    if (attempts === 1) await scheduler.wait(600_000);
    return attempts;
  });
  const use = (name: string) =>
    runInDurableObject(env.AUDITS.getByName(name), async (_, state) => {
      const value = await get();
      await state.storage.get("a value of this object");
      return value;
    });
  const aborted = use("waiting-a");
  while (attempts === 0) await scheduler.wait(1);
  const waiting = [use("waiting-b"), use("waiting-c")];
  const stop = runInDurableObject(env.AUDITS.getByName("waiting-a"), (_, state) => state.abort("gone"));
  await Promise.allSettled([stop, aborted]);
  expect(await Promise.all(waiting)).toEqual([2, 2]);
  await expect(aborted).rejects.toThrow("gone");
});
