import { type AttackInput, OptionError, resolveOptions } from "../attack/options/options.ts";
import type { Classifier } from "../model/classifier.ts";
import type { AuditDefinition, ImageSet } from "./definition.ts";

/** The options of an audit; the options of its attacks have their usual names. */
export interface AuditInput {
  readonly images: ImageSet;
  /** The numbers of pixels; each is a row of the report. */
  readonly pixels: readonly (number | "min")[];
  readonly targeted: boolean;
  readonly options: Omit<AttackInput, "pixels" | "label" | "target">;
}

/** Most numbers of pixels in one audit. */
export const MAX_ROWS = 10;

/**
 * Resolves the options of an audit to its definition.
 * @param maxBudget the maximum budget of one attack
 * @throws OptionError naming the first option that cannot be honoured
 */
export function defineAudit(
  model: Pick<Classifier, "manifest" | "sha256" | "remote">,
  input: AuditInput,
  maxBudget: number,
): AuditDefinition {
  const { id, title, labels, input: size } = model.manifest;
  const { images, pixels, targeted, options } = input;
  if (pixels.length < 1 || pixels.length > MAX_ROWS) {
    throw new OptionError("pixels", `must have 1 to ${MAX_ROWS} numbers, not ${pixels.length}.`);
  }
  if (new Set(pixels).size < pixels.length)
    throw new OptionError("pixels", "must not contain a number twice.");
  const bounds = { ...size, labels, maxBudget, targeted };
  return {
    model: {
      id,
      title,
      sha256: model.sha256,
      ...(model.remote && { remote: { protocol: model.remote.protocol, url: model.remote.url } }),
      labels,
      width: size.width,
      height: size.height,
    },
    images,
    targeted,
    options,
    rows: pixels.map((one) => {
      // If one row is for the fewest pixels, the options of that row are allowed for the others too.
      const isForOther = one !== "min" && pixels.includes("min");
      const row = {
        ...options,
        pixels: one,
        ...(isForOther && { maxPixels: undefined, scanBudget: undefined }),
      };
      const { label: _, target: __, ...settings } = resolveOptions(row, bounds);
      return { pixels: one, settings };
    }),
  };
}
