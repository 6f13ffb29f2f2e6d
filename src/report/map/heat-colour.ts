/** What the colours of a map mean, wherever it is drawn: by the service as PNG, by the page on a canvas. */
import { luma } from "../../core/image/luma.ts";
import { ln } from "../../core/model/elementary.ts";

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

/** The margins at the bright and at the dark end of a map's scale. */
export interface Scale {
  readonly least: number;
  /** Above `least`. */
  readonly largest: number;
}

type Margins = readonly { readonly margin: number }[];

/** The scale of a map of every pixel: from 0, where a pixel fools the classifier, to the largest margin. */
export function scaleOf(pixels: Margins): Scale {
  return {
    least: 0,
    largest: pixels.reduce((largest, { margin }) => Math.max(largest, margin), Number.MIN_VALUE),
  };
}

/**
 * The scale of a sampled map: from the smallest margin, or 0 if a change fools the classifier. One pixel of many changes a
 * margin by little, so that a scale from 0 would show one colour.
 */
export function sampledScale(blocks: Margins): Scale {
  const least = Math.max(
    0,
    blocks.reduce((smallest, { margin }) => Math.min(smallest, margin), Number.MAX_VALUE),
  );
  const { largest } = scaleOf(blocks);
  return { least, largest: largest > least ? largest : least + 1 };
}

/** The ends of a scale in digits that tell them apart. */
export function scaleEnds({ least, largest }: Scale): { readonly from: string; readonly to: string } {
  if (least === 0) return { from: "0", to: largest.toFixed(1) };
  const digits = Math.max(1, Math.ceil(1 - ln(largest - least) / ln(10)));
  return { from: least.toFixed(digits), to: largest.toFixed(digits) };
}

/** The grey of a pixel that nothing is known of. @param under the image's own colour there */
export function greyColour([r, g, b]: Colour): Colour {
  const grey = luma(r, g, b);
  return [grey, grey, grey];
}

/**
 * The colour of a pixel that does not fool the classifier: the brighter, the nearer it is to fooling it.
 * @param margin the lowest log p(label) − max log p(other) over the colours that were tried
 * @param under the image's own colour there, which shows through in grey
 */
export function heatColour(margin: number, { least, largest }: Scale, under: Colour): Colour {
  return mix(scaleColour((margin - least) / (largest - least)), greyColour(under), IMAGE_SHARE);
}
