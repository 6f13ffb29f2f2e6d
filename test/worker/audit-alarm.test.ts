/// <reference types="@cloudflare/vitest-plugin/types" />
/** What an audit's alarm sends, and when an audit is forgotten, on the emulated Durable Objects. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { AuditDefinition } from "../../src/core/audit/definition.ts";
import type { AuditBindings } from "../../src/worker/audits/audit-object.ts";

const OWNER = "alarm-owner";
const DAY = 24 * 60 * 60 * 1000;
const RESEND = Number(env.AUDIT_RESEND_SECONDS) * 1000;

const definition = (count: number): AuditDefinition => ({
  model: { id: "none", title: "None", sha256: "0".repeat(64), labels: ["a", "b"], width: 2, height: 2 },
  images: { set: "uploaded", count },
  targeted: false,
  options: {},
  rows: [],
});

/** An audit of so many images whose messages are collected here instead of sent, so that nothing processes them. */
async function silentAudit(count: number) {
  const audit = env.AUDITS.get(env.AUDITS.newUniqueId());
  const sent: number[][] = [];
  const sendBatch = async (messages: Iterable<{ body: { position: number } }>) => {
    sent.push([...messages].map(({ body }) => body.position));
  };
  await runInDurableObject(audit, (instance) => {
    const object = instance as unknown as { env: AuditBindings };
    object.env = { ...object.env, AUDIT_QUEUE: { sendBatch } as never };
  });
  const images = Array.from({ length: count }, (_, index) => ({
    index,
    label: 0,
    samples: new Uint8Array(12),
  }));
  expect(
    await audit.create({ definition: definition(count), owner: OWNER, publish: false }, images),
  ).toBeNull();
  return { audit, sent };
}

type Silent = Awaited<ReturnType<typeof silentAudit>>;

/** Runs the alarm once. @returns what it sent, and after which time without a result it sends again */
async function ring({ audit, sent }: Silent) {
  sent.length = 0;
  const wait = await runInDurableObject(audit, async (instance, state) => {
    await instance.alarm();
    return state.storage.kv.get<{ wait: number }>("sent")!.wait;
  });
  return { sent: [...sent], wait };
}

/** Once the alarm that `create` sets has rung by itself. */
async function begun(count: number): Promise<Silent> {
  const silent = await silentAudit(count);
  while (silent.sent.flat().length < count) await scheduler.wait(10);
  return silent;
}

test("an audit's alarm sends every image once, in batches of at most 100", async () => {
  const { sent } = await begun(101);
  expect(sent.map((batch) => batch.length)).toEqual([100, 1]);
  expect(sent.flat()).toEqual(Array.from({ length: 101 }, (_, position) => position));
});

test("it sends again what has no result only if none came, and waits twice as long each time", async () => {
  const silent = await begun(3);
  await silent.audit.giveUp(1);
  expect(await ring(silent)).toEqual({ sent: [], wait: RESEND });
  expect(await ring(silent)).toEqual({ sent: [[0, 2]], wait: 2 * RESEND });
  expect(await ring(silent)).toEqual({ sent: [[0, 2]], wait: 4 * RESEND });
  await silent.audit.giveUp(0);
  expect(await ring(silent)).toEqual({ sent: [], wait: RESEND });
  for (let times = 0; times < 10; times++) await ring(silent);
  expect(await ring(silent)).toEqual({ sent: [[2]], wait: 60 * 60 * 1000 });
});

test("an audit tells when it expires: 30 days after its end, which is at most a day away", async () => {
  const { audit } = await begun(1);
  const running = await audit.status(OWNER);
  expect(running).toMatchObject({ state: "running", expires: running!.created + 31 * DAY });
  await audit.giveUp(0);
  await runInDurableObject(audit, (instance) => instance.alarm());
  const finished = await audit.status(OWNER);
  expect(finished).toMatchObject({ state: "finished", expires: finished!.ended! + 30 * DAY });
});
