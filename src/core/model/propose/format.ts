import { OnepixelError } from "../../errors.ts";
import type { InputFormat } from "../manifest.ts";

/** The shape of a classifier's images. */
export type Format = Pick<InputFormat, "width" | "height" | "channels" | "layout">;

/** What the caller knows of it. */
export interface WantedFormat {
  readonly layout?: InputFormat["layout"] | undefined;
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

type Axis = number | string | undefined;

const refuse = (message: string, field: string) => new OnepixelError("invalid-model", message, { field });
const isFixed = (axis: Axis): axis is number => typeof axis === "number" && axis > 0;
const isChannels = (axis: Axis): axis is 1 | 3 => axis === 1 || axis === 3;

function layoutOf(
  told: string,
  [, first, , last]: readonly Axis[],
  wanted: WantedFormat,
): InputFormat["layout"] {
  if (wanted.layout !== undefined) return wanted.layout;
  if (isChannels(first) && !isChannels(last)) return "NCHW";
  if (isChannels(last) && !isChannels(first)) return "NHWC";
  if (isFixed(first) && isFixed(last) && !isChannels(first)) {
    throw refuse(`${told}. onepixel attacks images of 1 or 3 channels.`, "model");
  }
  throw refuse(
    `${told}, which does not say where the channels are. Say layout=NCHW or layout=NHWC.`,
    "layout",
  );
}

/**
 * The shapes of images that a classifier's input may have, the likeliest first. One, unless its channels are dynamic.
 * @param input the input's name and axes as onnxruntime tells them: [batch, …]; a text is a dynamic axis
 * @throws OnepixelError `invalid-model` whose `field` is the option that would decide: `layout`, `size`, or `model` where
 * nothing would
 */
export function formatsOf(
  input: { readonly name: string; readonly shape: readonly (number | string)[] },
  wanted: WantedFormat,
): Format[] {
  const { shape } = input;
  const told = `The model's input "${input.name}" is [${shape}]`;
  if (![0, 4].includes(shape.length)) {
    throw refuse(
      `${told}. onepixel attacks models that take images of four axes: batch, channels, height, width.`,
      "model",
    );
  }
  const layout = layoutOf(told, shape, wanted);
  const [, a, b, c]: readonly Axis[] = shape;
  const [channels, height, width] = layout === "NCHW" ? [a, b, c] : [c, a, b];
  const size = {
    width: isFixed(width) ? width : wanted.size?.width,
    height: isFixed(height) ? height : wanted.size?.height,
  };
  if (size.width === undefined || size.height === undefined) {
    throw refuse(`${told}, which takes any size. Say which, such as size=224x224.`, "size");
  }
  if (wanted.size && (wanted.size.width !== size.width || wanted.size.height !== size.height)) {
    throw refuse(`${told}, so that size=${wanted.size.width}x${wanted.size.height} does not fit.`, "size");
  }
  if (isFixed(channels) && !isChannels(channels)) {
    throw refuse(
      `${told}: ${channels} channels with layout=${layout}. onepixel attacks images of 1 or 3 channels.`,
      "layout",
    );
  }
  const fixed = { width: size.width, height: size.height, layout };
  return (isChannels(channels) ? [channels] : ([3, 1] as const)).map((each) => ({
    ...fixed,
    channels: each,
  }));
}
