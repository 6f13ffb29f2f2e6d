import { useLayoutEffect, useRef, useState } from "hono/jsx/dom";
import { type Place, ringRadius, sidesOf } from "./rings.ts";

/** Above this, coordinates would hide the picture. */
const MAX_NAMED = 5;
/** A wider picture is shown smaller than its pixels are, so that it can be zoomed. */
const ZOOMED_WIDTH = 256;

interface PictureViewProps {
  readonly image: ImageData;
  /** What the picture shows, for those who do not see it; null where the text beside says it. */
  readonly description: string | null;
  /** Pixels to ring. */
  readonly ringed: readonly Place[];
}

/** A picture, enlarged without smoothing. */
export function PictureView({ image, description, ringed }: PictureViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(image, 0, 0);
  }, [image]);
  const [zoomed, setZoomed] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = image;
  const radius = ringRadius(width, height, ringed.length);
  const sides = sidesOf(ringed, width);
  const zoomable = width >= ZOOMED_WIDTH && description !== null;
  // The first changed pixel comes into view.
  useLayoutEffect(() => {
    const scrolled = box.current;
    if (!scrolled || !zoomed) return;
    const { x, y } = ringed[0] ?? { x: width / 2, y: height / 2 };
    // The picture stands in the middle of a square.
    const side = scrolled.scrollWidth;
    const scale = side / Math.max(width, height);
    const place = (at: number, length: number) => (side - length * scale) / 2 + at * scale;
    scrolled.scrollLeft = place(x, width) - scrolled.clientWidth / 2;
    scrolled.scrollTop = place(y, height) - scrolled.clientHeight / 2;
  }, [zoomed]);
  const picture = (
    <div class={zoomed ? "picture is-zoomed" : "picture"}>
      <canvas
        ref={canvas}
        width={width}
        height={height}
        {...(description === null ? { "aria-hidden": "true" } : { role: "img", "aria-label": description })}
      />
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {radius !== null &&
          ringed.map(({ x, y }) => (
            <g key={`${x} ${y}`} class="ring">
              <circle class="ring-edge" cx={x + 0.5} cy={y + 0.5} r={radius} />
              <circle class="ring-core" cx={x + 0.5} cy={y + 0.5} r={radius} />
            </g>
          ))}
        {radius !== null &&
          ringed.length <= MAX_NAMED &&
          ringed.map(({ x, y }, index) => (
            <text
              key={`${x} ${y}`}
              class="place"
              x={x + 0.5 + radius * (sides[index] === "left" ? -1.3 : 1.3)}
              y={y + 0.5}
              font-size={width / 22}
              stroke-width={width / 91}
              text-anchor={sides[index] === "left" ? "end" : "start"}
              dominant-baseline="central"
            >
              {x}, {y}
            </text>
          ))}
      </svg>
    </div>
  );
  if (!zoomable) return picture;
  return (
    <>
      {/* With the focus, the arrow keys scroll it. */}
      <div ref={box} class="zoom" tabindex={zoomed ? 0 : -1}>
        {picture}
      </div>
      <button
        type="button"
        class="small zoom-button"
        aria-pressed={zoomed ? "true" : "false"}
        onClick={() => setZoomed(!zoomed)}
      >
        {zoomed ? "Zoom out" : "Zoom in"}
      </button>
    </>
  );
}
