import type { MapPixel, MapResult } from "../../core/attack/map/result.ts";
import { encodePng } from "../../core/image/png/png.ts";
import type { Raster } from "../../core/image/raster.ts";
import { sampledScale, scaleOf } from "./heat-colour.ts";
import { drawHeatMap, type Heat } from "./heat-map.ts";
import { strongest, strongestOfPixels } from "./strongest.ts";

/** What is drawn of a map of every pixel. */
export function heatOfPixels(pixels: readonly MapPixel[]): Heat {
  const marks = pixels.flatMap(({ x, y, fooling }) =>
    fooling.length === 0 ? [] : [{ x, y, colour: strongest(fooling).colour }],
  );
  return {
    areas: pixels.map(({ x, y, margin }) => ({ x, y, width: 1, height: 1, margin })),
    marks,
    scale: scaleOf(pixels),
    caption: [`${marks.length} OF ${pixels.length} PIXELS FOOL`],
  };
}

/** What is drawn of a sampled map: each block in the colour of its smallest margin, a mark where a change was found. */
function heatOfBlocks(blocks: NonNullable<MapResult["blocks"]>, { width, height, channels }: Raster): Heat {
  const found = blocks.flatMap(({ fooling }) => fooling);
  const tried = blocks.reduce((sum, block) => sum + block.tried, 0);
  const all = width * height * 2 ** channels;
  return {
    areas: blocks,
    marks: strongestOfPixels(found),
    scale: sampledScale(blocks),
    caption: [`${found.length} OF ${tried} TRIED FOOL`, `${all} IN ALL`],
  };
}

/** The picture of a map, as PNG. */
export function drawMap(
  { pixels, blocks }: Pick<MapResult, "pixels" | "blocks">,
  image: Raster,
): Uint8Array<ArrayBuffer> {
  return encodePng(drawHeatMap(image, blocks ? heatOfBlocks(blocks, image) : heatOfPixels(pixels)));
}
