/** What the colours of a map mean, wherever it is drawn: by the service as PNG, by the page on a canvas. */
import { luma } from "../../core/image/luma.ts";

/** Red, green, blue, each 0…255. */
export type Colour = readonly [number, number, number];

/** How much of the image, in grey, shows through the colours. */
const IMAGE_SHARE = 0.2;

/**
 * From margin 0 to the largest: viridis (van der Walt and Smith, 2015) from its bright end. Its
 * lightness falls all the way, so that it also tells in grey and with colour blindness.
 */
const SCALE: readonly Colour[] = [
  [253, 231, 37],
  [170, 220, 50],
  [93, 201, 99],
  [39, 173, 129],
  [33, 144, 140],
  [44, 113, 142],
  [59, 82, 139],
  [72, 40, 120],
  [68, 1, 84],
];

function mix(from: Colour, to: Colour, share: number): Colour {
  const channel = (at: 0 | 1 | 2) => Math.round(from[at] + (to[at] - from[at]) * share);
  return [channel(0), channel(1), channel(2)];
}

/** The colour of a share, 0…1, of the largest margin. */
function scaleColour(share: number): Colour {
  const at = Math.min(1, Math.max(0, share)) * (SCALE.length - 1);
  const index = Math.min(SCALE.length - 2, Math.floor(at));
  return mix(SCALE[index]!, SCALE[index + 1]!, at - index);
}

/** The margin at the dark end of a map's scale: the largest of its pixels. Always above 0. */
export function largestMargin(pixels: readonly { readonly margin: number }[]): number {
  return pixels.reduce((largest, { margin }) => Math.max(largest, margin), Number.MIN_VALUE);
}

/** The grey of a pixel that nothing is known of. @param under the image's own colour there */
export function greyColour([r, g, b]: Colour): Colour {
  const grey = luma(r, g, b);
  return [grey, grey, grey];
}

/**
 * The colour of a pixel that does not fool the classifier: the brighter, the nearer it is to fooling it.
 * @param margin the lowest log p(label) − max log p(other) over the colours that were tried
 * @param largest see `largestMargin`
 * @param under the image's own colour there, which shows through in grey
 */
export function heatColour(margin: number, largest: number, under: Colour): Colour {
  return mix(scaleColour(margin / largest), greyColour(under), IMAGE_SHARE);
}
