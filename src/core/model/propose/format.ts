import { OnepixelError } from "../../errors.ts";
import type { InputFormat } from "../manifest.ts";

/** The shape of a classifier's images. */
export type Format = Pick<InputFormat, "width" | "height" | "channels" | "layout">;

/** The parts of it that the caller knows. */
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
    `${told}, which does not show where the channels are. Pass layout=NCHW or layout=NHWC.`,
    "layout",
  );
}

/**
 * The possible image shapes of a classifier's input, the likeliest first. There is one, unless its channels
 * are dynamic.
 * @param input the input's name and axes as reported by onnxruntime: [batch, …]; a string is a dynamic axis
 * @throws OnepixelError `invalid-model` whose `field` is the option that would resolve it: `layout`,
 * `size`, or `model` if none would
 */
export function formatsOf(
  input: { readonly name: string; readonly shape: readonly (number | string)[] },
  wanted: WantedFormat,
): Format[] {
  const { shape } = input;
  const told = `The model's input "${input.name}" is [${shape}]`;
  if (![0, 4].includes(shape.length)) {
    throw refuse(
      `${told}. onepixel attacks models with an input of four axes: batch, channels, height, width.`,
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
    throw refuse(`${told}, which accepts any size. Pass the size, such as size=224x224.`, "size");
  }
  if (wanted.size && (wanted.size.width !== size.width || wanted.size.height !== size.height)) {
    throw refuse(`${told}, so size=${wanted.size.width}x${wanted.size.height} does not fit.`, "size");
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
