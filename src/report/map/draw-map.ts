import type { FoolingColour, MapResult } from "../../core/attack/map.ts";
import { encodePng } from "../../core/image/png/png.ts";
import type { Raster } from "../../core/image/raster.ts";
import { drawHeatMap } from "./heat-map.ts";

/** The colour with which the classifier is most certain of a wrong label. */
function strongest(fooling: readonly FoolingColour[]): FoolingColour | undefined {
  return fooling.toSorted((a, b) => b.probability - a.probability)[0];
}

/** The picture of a map, as PNG. */
export function drawMap({ pixels }: Pick<MapResult, "pixels">, image: Raster): Uint8Array<ArrayBuffer> {
  const cells = pixels.map(({ x, y, margin, fooling }) => ({
    x,
    y,
    margin,
    mark: strongest(fooling)?.colour ?? null,
  }));
  return encodePng(drawHeatMap(image, cells));
}
