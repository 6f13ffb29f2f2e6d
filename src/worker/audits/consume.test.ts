import { expect, test, vi } from "vitest";
import { classifier, image, services } from "../../../test/support/services.ts";
import { withCpuLimit } from "../../../test/support/signalled-kernel.ts";
import { defineAudit } from "../../core/audit/define.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { type ConsumerServices, consumeAudits, DEAD_LETTERS } from "./consume.ts";
import type { AuditWork } from "./state.ts";

const options = { budget: 300 };
const definition = defineAudit(
  classifier,
  { images: { set: "uploaded", count: 1 }, pixels: [1, "min"], targeted: false, options },
  100_000,
);
const work: AuditWork = { definition, index: 7, label: 0, samples: image.data };

/** One message and everything that the consumer did with it. */
function consumer(part: Partial<ConsumerServices> = {}, given: AuditWork = work) {
  const done: unknown[] = [];
  const received: ImageOutcome[] = [];
  const message = {
    body: { audit: "a", position: 3 },
    attempts: 1,
    ack: () => done.push("ack"),
    retry: () => done.push("retry"),
  };
  const all: ConsumerServices = {
    registry: services.registry,
    kernelModule: services.kernelModule,
    evaluations: services.evaluations,
    open: () => ({
      work: async () => given,
      addOutcomes: async (position, outcomes) => {
        done.push(["addOutcomes", position]);
        received.push(...outcomes);
      },
      note: async (_, problem) => void done.push(problem),
      giveUp: async (position) => void done.push(["gave up", position]),
    }),
    enter: async () => {
      done.push("enter");
      return () => done.push("leave");
    },
    postpone: async (task, seconds) => {
      done.push({ task, seconds });
    },
    pause: services.pause,
    ...part,
  };
  const consume = (queue = "onepixel-audits") => consumeAudits({ queue, messages: [message] }, all);
  return { consume, done, received };
}

test("an image is attacked within the room that its attacks need", async () => {
  const { consume, done, received } = consumer();
  await consume();
  expect(done).toEqual(["enter", ["addOutcomes", 3], "leave", "ack"]);
  expect(received.map(({ index, pixels, status }) => [index, pixels, status])).toEqual([
    [7, 1, "fooled"],
    [7, "min", "fooled"],
  ]);
});

test("an attack that reaches the CPU limit fails at once, with what to do, and is not tried again", async () => {
  const { consume, done, received } = consumer();
  await withCpuLimit(() => consume());
  expect(done).toEqual(["enter", ["addOutcomes", 3], "leave", "ack"]);
  const problem =
    "The attack with pixels=1 and budget=300 reached the CPU limit of one message. Use a smaller budget.";
  expect(received.map(({ pixels, status, problem }) => [pixels, status, problem])).toEqual([
    [1, "failed", problem],
    ["min", "failed", problem],
  ]);
});

test("an attack that throws is tried again, and gives its room back", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const { consume, done } = consumer({}, { ...work, samples: image.data.slice(1) });
  await consume();
  const problem = `The stored image has ${image.data.length - 1} samples instead of ${image.data.length}.`;
  expect(done).toEqual(["enter", "leave", problem, "retry"]);
  error.mockRestore();
});

test("an audit of a model that is no longer there is tried again, and takes no room", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const none = { ...services.registry, get: () => undefined };
  const { consume, done } = consumer({ registry: none });
  await consume();
  expect(done).toEqual(["The model glare was changed or removed after the audit started.", "retry"]);
  error.mockRestore();
});

test("a task that finds no room comes again as a new message, so that no attempt is lost", async () => {
  const { consume, done } = consumer({ enter: async () => null });
  await consume();
  expect(done).toEqual([{ task: { audit: "a", position: 3 }, seconds: 10 }, "ack"]);
});

test("a task that finds no room and cannot be sent again is tried again", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const postpone = () => Promise.reject(new Error("The queue is full."));
  const { consume, done } = consumer({ enter: async () => null, postpone });
  await consume();
  expect(done).toEqual(["The queue is full.", "retry"]);
  error.mockRestore();
});

test("a message whose attempts all failed is given up", async () => {
  const { consume, done } = consumer();
  await consume(DEAD_LETTERS);
  expect(done).toEqual([["gave up", 3], "ack"]);
});
