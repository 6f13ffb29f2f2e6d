import type { FoolingColour, MapPixel } from "../../api/types.ts";
import { greyColour, heatColour, largestMargin } from "../../report/map/heat-colour.ts";

/**
 * The image in grey, each pixel that does not fool the classifier in the colour of its margin.
 * @returns RGBA, rows from top to bottom
 */
export function heatData(
  { data, width }: Pick<ImageData, "data" | "width">,
  pixels: readonly MapPixel[],
): Uint8ClampedArray<ArrayBuffer> {
  const heat = Uint8ClampedArray.from(data);
  const colourAt = (at: number) => [data[at]!, data[at + 1]!, data[at + 2]!] as const;
  for (let at = 0; at < data.length; at += 4) heat.set(greyColour(colourAt(at)), at);
  const largest = largestMargin(pixels);
  for (const { x, y, margin } of pixels) {
    const at = (y * width + x) * 4;
    heat.set(heatColour(margin, largest, colourAt(at)), at);
  }
  return heat;
}

/** The colour that fools the classifier most certainly. @param fooling at least one */
export function strongest(fooling: readonly FoolingColour[]): FoolingColour {
  return fooling.toSorted((a, b) => b.probability - a.probability)[0]!;
}
