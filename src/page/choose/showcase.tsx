import type { Model, Sample } from "../../api/types.ts";
import { defaults, formatSettings, type Settings } from "./settings.ts";

/** The case that the press took up in 2017: 273 pixels of a photo of about 280,000. */
const showcase: Settings = {
  ...defaults,
  model: "imagenet-efficientnet-lite0",
  sample: "china",
  space: "source",
  pixels: 273,
  run: true,
};

interface ShowcaseProps {
  readonly models: readonly Model[];
  readonly samples: readonly Sample[];
}

/** A link that fools a photo classifier at once, where the service has it. */
export function Showcase({ models, samples }: ShowcaseProps) {
  const isHere =
    models.some(({ id }) => id === showcase.model) && samples.some(({ name }) => name === showcase.sample);
  if (!isHere) return null;
  return (
    <p class="note">
      <a href={`/?${formatSettings(showcase)}`}>Fool a photo of 640 × 427 with 273 of its pixels</a>
    </p>
  );
}
