import { greyColour, heatColour, type Scale } from "../../report/map/heat-colour.ts";
import type { HeatArea } from "../../report/map/heat-map.ts";

/**
 * The image in grey, each area in the colour of its margin; a later one over an earlier one.
 * @returns RGBA, rows from top to bottom
 */
export function heatData(
  { data, width }: Pick<ImageData, "data" | "width">,
  areas: readonly HeatArea[],
  scale: Scale,
): Uint8ClampedArray<ArrayBuffer> {
  const heat = Uint8ClampedArray.from(data);
  const colourAt = (at: number) => [data[at]!, data[at + 1]!, data[at + 2]!] as const;
  for (let at = 0; at < data.length; at += 4) heat.set(greyColour(colourAt(at)), at);
  for (const area of areas) {
    for (let y = area.y; y < area.y + area.height; y++) {
      for (let x = area.x; x < area.x + area.width; x++) {
        const at = (y * width + x) * 4;
        heat.set(heatColour(area.margin, scale, colourAt(at)), at);
      }
    }
  }
  return heat;
}
