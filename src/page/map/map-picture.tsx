import { useLayoutEffect, useMemo, useRef } from "hono/jsx/dom";
import type { MapPixel, MapResult } from "../../api/types.ts";
import { count } from "../result/format.ts";
import { heatData, strongest } from "./heat.ts";
import { Mark } from "./mark.tsx";

interface MapPictureProps {
  readonly image: ImageData;
  readonly result: MapResult;
  readonly pointed: MapPixel | null;
  /** The pointer is over another pixel, or over none. */
  readonly onHover: (pixel: MapPixel | null) => void;
  /** A pixel was clicked, or reached by the keyboard. */
  readonly onPin: (pixel: MapPixel) => void;
  readonly onApply: (pixel: MapPixel) => void;
}

/** Steps that an arrow key makes in the picture: columns, rows. */
const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The heat map over the picture: pointer or arrow keys choose a pixel, a click or Enter changes it. */
export function MapPicture({ image, result, pointed, onHover, onPin, onApply }: MapPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = image;
  const heat = useMemo(() => new ImageData(heatData(image, result.pixels), width, height), [image, result]);
  const byPlace = useMemo(
    () => new Map(result.pixels.map((pixel) => [pixel.y * width + pixel.x, pixel])),
    [result],
  );
  useLayoutEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(heat, 0, 0);
  }, [heat]);

  const pixelAt = (x: number, y: number) =>
    byPlace.get(Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x)));
  const underPointer = (event: MouseEvent): MapPixel | undefined => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return pixelAt(
      Math.floor(((event.clientX - box.left) / box.width) * width),
      Math.floor(((event.clientY - box.top) / box.height) * height),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      const next = pixelAt((pointed?.x ?? 0) + step[0], (pointed?.y ?? 0) + step[1]);
      if (next) onPin(next);
    }
    if ((event.key === "Enter" || event.key === " ") && pointed) {
      event.preventDefault();
      onApply(pointed);
    }
  };

  const fooling = result.pixels.filter((pixel) => pixel.fooling.length > 0);
  return (
    <div
      class="frame is-map"
      role="application"
      aria-roledescription="map of pixels"
      aria-label={`${count(fooling.length, "pixel")} of ${width} by ${height} can fool the classifier. Arrow keys choose a pixel, Enter changes it.`}
      tabindex={0}
      onPointerMove={(event: PointerEvent) => {
        const pixel = underPointer(event);
        if (pixel && pixel !== pointed) onHover(pixel);
      }}
      onPointerLeave={() => onHover(null)}
      onClick={(event: MouseEvent) => {
        const pixel = underPointer(event);
        if (!pixel) return;
        onPin(pixel);
        onApply(pixel);
      }}
      onKeyDown={onKeyDown}
    >
      <div class="picture">
        <canvas ref={canvas} width={width} height={height} />
        <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {fooling.map(({ x, y, fooling: colours }) => (
            <Mark key={`${x} ${y}`} x={x} y={y} colour={strongest(colours).colour} />
          ))}
          {pointed && (
            <g class="pointed">
              <rect class="ring-edge" x={pointed.x} y={pointed.y} width="1" height="1" />
              <rect class="ring-core" x={pointed.x} y={pointed.y} width="1" height="1" />
            </g>
          )}
        </svg>
      </div>
    </div>
  );
}
