import { attack } from "../attack/run.ts";
import { fitImage } from "../image/fit.ts";
import type { Raster } from "../kernel/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import type { Registry } from "../model/registry.ts";
import { auditImage } from "./audit-image.ts";
import type { AuditObject, AuditTask, AuditWork } from "./audit-object.ts";
import { evaluationImage } from "./evaluation-set.ts";
import { openWorkPlace } from "./objects.ts";
import type { ImageOutcome } from "./outcome.ts";
import { outcomeOf } from "./outcome-of.ts";

/** What the consumer of the queue needs. */
export interface ConsumerServices {
  readonly registry: Registry;
  readonly kernelModule: WebAssembly.Module;
  /** The evaluation images, in CIFAR-10's binary format. */
  readonly evaluation: ArrayBuffer;
  readonly audits: DurableObjectNamespace<AuditObject>;
  /** Gives the event loop a turn. */
  readonly pause: () => Promise<void>;
}

/** The queue to which messages go whose attempts all failed. */
export const DEAD_LETTERS = "onepixel-audits-failed";

/**
 * Consumes messages of the audits' queue. Each message stands for itself: one that fails is tried again,
 * and the others of its batch are not.
 */
export async function consumeAudits(
  batch: MessageBatch<AuditTask>,
  services: ConsumerServices,
): Promise<void> {
  for (const message of batch.messages) {
    const { audit, position } = message.body;
    const place = openWorkPlace(services.audits, audit);
    if (batch.queue === DEAD_LETTERS) {
      await place.giveUp(position);
      message.ack();
      continue;
    }
    try {
      const work = await place.work(position);
      if (work !== null) await place.answer(position, await attackImage(work, services));
      message.ack();
    } catch (error) {
      console.error(`audit ${audit}, image ${position}, attempt ${message.attempts}:`, error);
      await place.note(position, error instanceof Error ? error.message : String(error));
      message.retry();
    }
  }
}

async function attackImage(work: AuditWork, services: ConsumerServices): Promise<ImageOutcome[]> {
  const { definition, index, label } = work;
  const { id, sha256, labels } = definition.model;
  const classifier = services.registry.get(id);
  if (classifier?.sha256 !== sha256) {
    throw new Error(`The model ${id} was changed or removed after the audit had begun.`);
  }
  const image = imageOf(work, classifier, services.evaluation);
  return auditImage(definition, label, async (settings) => {
    const { kernelModule, pause } = services;
    const result = await attack({ classifier, kernelModule, image, settings, pause });
    if (result.stopped === "cpu-limit") {
      throw new Error(
        `The attack with ${settings.pixels} pixels reached the CPU limit; a smaller budget fits in it.`,
      );
    }
    return outcomeOf(result, index, labels);
  });
}

function imageOf({ samples, index }: AuditWork, { manifest }: Classifier, evaluation: ArrayBuffer): Raster {
  const { width, height, channels } = manifest.input;
  if (samples === null) return fitImage(evaluationImage(evaluation, index).image, manifest.input);
  if (samples.length !== width * height * channels) {
    throw new Error(
      `The stored image has ${samples.length} samples instead of ${width * height * channels}.`,
    );
  }
  return { width, height, channels, data: samples };
}
