import type { AttackSettings } from "../../core/attack/options/settings.ts";
import { attack } from "../../core/attack/run.ts";
import { auditImage, failedOutcomes } from "../../core/audit/audit-image.ts";
import type { StoredEvaluationSet } from "../../core/audit/evaluation-set.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { outcomeOf } from "../../core/audit/outcome-of.ts";
import type { Raster } from "../../core/image/raster.ts";
import { stretch } from "../../core/image/stretch.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import type { Registry } from "../../core/model/registry.ts";
import type { AuditTask, AuditWork, WorkPlace } from "./state.ts";

/** What the consumer of the queue needs. */
export interface ConsumerServices {
  readonly registry: Registry;
  readonly kernelModule: WebAssembly.Module;
  readonly evaluations: readonly StoredEvaluationSet[];
  /** The object of an audit. */
  readonly open: (audit: string) => WorkPlace;
  /** Takes the room that attacks with these settings need in this isolate. @returns what gives it back; null if there is none */
  readonly enter: (
    classifier: Classifier,
    settings: readonly AttackSettings[],
  ) => Promise<(() => void) | null>;
  /** Sends a task to the queue, to be delivered after some seconds. */
  readonly postpone: (task: AuditTask, seconds: number) => Promise<unknown>;
  /** Gives the event loop a turn. */
  readonly pause: () => Promise<void>;
}

/** A batch of messages, as far as the consumer reads it. */
export interface TaskBatch {
  readonly queue: string;
  readonly messages: readonly {
    readonly body: AuditTask;
    readonly attempts: number;
    ack(): void;
    retry(): void;
  }[];
}

/** The queue to which messages go whose attempts all failed. */
export const DEAD_LETTERS = "onepixel-audits-failed";

/** Seconds until a task comes again that found no room. */
const POSTPONED = 10;

/** An attack that would end in the same way at every attempt. */
class FinalFailure extends Error {}

/**
 * Consumes messages of the audits' queue. Each message stands for itself: one that fails is tried again,
 * and the others of its batch are not.
 *
 * A task that finds no room in this isolate is sent again as a new message, and only then is the old one
 * acknowledged: a retry, with a delay too, would count as one of the attempts after which a message is given up.
 */
export async function consumeAudits(batch: TaskBatch, services: ConsumerServices): Promise<void> {
  for (const message of batch.messages) {
    const { audit, position } = message.body;
    const place = services.open(audit);
    if (batch.queue === DEAD_LETTERS) {
      await place.giveUp(position);
      message.ack();
      continue;
    }
    try {
      const work = await place.work(position);
      if (work !== null) await attempt(work, message.body, place, services);
      message.ack();
    } catch (error) {
      console.error(`audit ${audit}, image ${position}, attempt ${message.attempts}:`, error);
      await place.note(position, error instanceof Error ? error.message : String(error));
      message.retry();
    }
  }
}

async function attempt(
  work: AuditWork,
  task: AuditTask,
  place: WorkPlace,
  services: ConsumerServices,
): Promise<void> {
  const untargeted = { label: null, target: null };
  const classifier = classifierOf(work, services);
  const leave = await services.enter(
    classifier,
    work.definition.rows.map(({ settings }) => ({ ...settings, ...untargeted }) as AttackSettings),
  );
  if (leave === null) {
    await services.postpone(task, POSTPONED);
    return;
  }
  try {
    await place.addOutcomes(task.position, await attackImage(work, classifier, services));
  } finally {
    leave();
  }
}

function classifierOf({ definition }: AuditWork, { registry }: ConsumerServices): Classifier {
  const { id, sha256 } = definition.model;
  const classifier = registry.get(id);
  if (classifier?.sha256 === sha256) return classifier;
  throw new Error(`The model ${id} was changed or removed after the audit started.`);
}

async function attackImage(
  work: AuditWork,
  classifier: Classifier,
  services: ConsumerServices,
): Promise<ImageOutcome[]> {
  const { definition, index, label } = work;
  const { labels } = definition.model;
  const image = await imageOf(work, classifier, services.evaluations);
  const run = async (settings: AttackSettings) => {
    const { kernelModule, pause } = services;
    const result = await attack({ classifier, kernelModule, image, settings, pause });
    if (result.stopped !== "cpu-limit") return outcomeOf(result, index, labels);
    const { pixels, budget } = settings;
    throw new FinalFailure(
      `The attack with pixels=${pixels} and budget=${budget} reached the CPU limit of one message. Use a smaller budget.`,
    );
  };
  try {
    return await auditImage(definition, label, run);
  } catch (error) {
    if (!(error instanceof FinalFailure)) throw error;
    return failedOutcomes(definition, work, error.message);
  }
}

async function imageOf(
  { samples, index, definition }: AuditWork,
  { manifest }: Classifier,
  evaluations: readonly StoredEvaluationSet[],
): Promise<Raster> {
  const { width, height, channels } = manifest.input;
  if (samples === null) {
    const { set } = definition.images;
    const evaluation = evaluations.find(({ id }) => id === set);
    if (evaluation === undefined)
      throw new Error(`The evaluation set ${set} was removed after the audit started.`);
    return stretch(await (await evaluation.open()).image(index), manifest.input);
  }
  if (samples.length !== width * height * channels) {
    throw new Error(
      `The stored image has ${samples.length} samples instead of ${width * height * channels}.`,
    );
  }
  return { width, height, channels, data: samples };
}
