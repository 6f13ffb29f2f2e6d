/// <reference types="@cloudflare/vitest-plugin/types" />
/** What one token may have at once, on the emulated Durable Objects. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { AuditDefinition } from "../../src/core/audit/definition.ts";

const { AUDIT_TOKENS } = env as unknown as { readonly AUDIT_TOKENS: string };
const RUNNING = Number(env.MAX_AUDITS_RUNNING);
const KEPT = Number(env.MAX_AUDITS_KEPT);
const BYTES = Number(env.MAX_AUDIT_IMAGE_BYTES);

/** No model has this id: the attacks fail, whatever the queue does. */
const definition: AuditDefinition = {
  model: { id: "none", title: "None", sha256: "0".repeat(64), labels: ["a", "b"], width: 2, height: 2 },
  images: { set: "uploaded", count: 1 },
  targeted: false,
  options: {},
  rows: [],
};
const images = [{ index: 0, label: 0, samples: new Uint8Array(12) }];

let owners = 0;
const newOwner = () => `owner-${owners++}`;
const newAudit = () => env.AUDITS.get(env.AUDITS.newUniqueId());

test("one more running audit is refused, until one has ended", async () => {
  const owner = env.OWNERS.getByName(newOwner());
  for (let at = 0; at < RUNNING; at++) expect(await owner.begin(`a${at}`, 0)).toBeNull();
  expect(await owner.begin("more", 0)).toEqual({ quota: "running", most: RUNNING });
  await owner.end("a0");
  expect(await owner.begin("more", 0)).toBeNull();
});

test("one more kept audit is refused, until one is deleted", async () => {
  const owner = env.OWNERS.getByName(newOwner());
  for (let at = 0; at < KEPT; at++) {
    expect(await owner.begin(`a${at}`, 0)).toBeNull();
    await owner.end(`a${at}`);
  }
  expect(await owner.begin("more", 0)).toEqual({ quota: "kept", most: KEPT });
  await owner.forget("a0");
  expect(await owner.begin("more", 0)).toBeNull();
});

test("images of running audits count up to exactly their quota", async () => {
  const owner = env.OWNERS.getByName(newOwner());
  expect(await owner.begin("a", BYTES - 1)).toBeNull();
  expect(await owner.begin("b", 2)).toEqual({ quota: "bytes", most: BYTES });
  expect(await owner.begin("b", 1)).toBeNull();
  await owner.end("a");
  expect(await owner.begin("c", BYTES - 1)).toBeNull();
});

test("an audit that asks twice counts once, and one that was never heard of again lapses", async () => {
  const owner = env.OWNERS.getByName(newOwner());
  for (let times = 0; times <= RUNNING; times++) expect(await owner.begin("same", 0)).toBeNull();
  for (let at = 1; at < RUNNING; at++) await owner.begin(`a${at}`, 0);
  expect(await owner.begin("more", 0)).not.toBeNull();
  await runInDurableObject(owner, (_, state) => {
    state.storage.sql.exec("UPDATE audit SET created = created - 49 * 60 * 60 * 1000");
  });
  expect(await owner.begin("more", 0)).toBeNull();
});

/** What an owner is counted for. */
const counted = (owner: string) =>
  runInDurableObject(env.OWNERS.getByName(owner), (_, state) =>
    state.storage.sql.exec("SELECT running, bytes FROM audit").toArray(),
  );

test("an audit takes its quota, gives back when it is cancelled, and all of it when it is deleted", async () => {
  const owner = newOwner();
  const audit = newAudit();
  expect(await audit.create({ definition, owner, publish: false }, images)).toBeNull();
  expect(await counted(owner)).toEqual([{ running: 1, bytes: 12 }]);
  expect(await audit.remove(owner)).toMatchObject({ state: "cancelled" });
  expect(await counted(owner)).toEqual([{ running: 0, bytes: 0 }]);
  const samples = await runInDurableObject(audit, (_, state) =>
    state.storage.sql.exec("SELECT count(samples) AS held FROM image").one(),
  );
  expect(samples).toEqual({ held: 0 });
  expect(await audit.remove(owner)).toMatchObject({ state: "cancelled" });
  expect(await audit.status(owner)).toBeNull();
  expect(await counted(owner)).toEqual([]);
});

test("an audit that ends by itself gives back, too", async () => {
  const owner = newOwner();
  const audit = newAudit();
  await audit.create(
    { definition: { ...definition, images: { set: "uploaded", count: 0 } }, owner, publish: false },
    [],
  );
  for (let times = 0; times < 3; times++) await runDurableObjectAlarm(audit);
  expect(await audit.status(owner)).toMatchObject({ state: "finished" });
  expect(await counted(owner)).toEqual([{ running: 0, bytes: 0 }]);
});

test("an audit that is over the quota stores nothing", async () => {
  const owner = newOwner();
  for (let at = 0; at < RUNNING; at++) await env.OWNERS.getByName(owner).begin(`a${at}`, 0);
  const audit = newAudit();
  expect(await audit.create({ definition, owner, publish: false }, images)).toMatchObject({
    quota: "running",
  });
  expect(await audit.status(owner)).toBeNull();
});

test("an audit whose creation was cut off after it was counted gives back", async () => {
  const owner = newOwner();
  const audit = newAudit();
  await env.OWNERS.getByName(owner).begin(audit.id.toString(), 12);
  await runInDurableObject(audit, async (_, state) => {
    state.storage.kv.put("owner", owner);
    await state.storage.setAlarm(Date.now() + 60_000);
  });
  expect(await runDurableObjectAlarm(audit)).toBe(true);
  expect(await counted(owner)).toEqual([]);
});

test("the API sends 429 and says which quota and what to do", async () => {
  const [, second] = AUDIT_TOKENS.split(",") as [string, string];
  const owner = env.OWNERS.getByName(second);
  for (let at = 0; at < RUNNING; at++) await owner.begin(`fake-${at}`, 0);
  const response = await exports.default.fetch("http://onepixel.test/v1/audits", {
    method: "POST",
    body: JSON.stringify({ images: { set: "cifar10-test", count: 1 }, pixels: 1, budget: 10 }),
    headers: { Authorization: "Bearer second-owner", "Content-Type": "application/json" },
  });
  for (let at = 0; at < RUNNING; at++) await owner.forget(`fake-${at}`);
  expect(response.status).toBe(429);
  expect(response.headers.get("Retry-After")).toBe("60");
  expect(await response.json()).toMatchObject({
    type: "/docs#quota-exceeded",
    detail: expect.stringContaining(`Your token has ${RUNNING} running audits`),
  });
});
