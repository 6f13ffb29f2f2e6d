import { useLayoutEffect, useRef } from "hono/jsx/dom";
import { type Place, ringRadius, sidesOf } from "./rings.ts";
import { useZoom, ZOOMED_WIDTH, Zoom } from "./zoom.tsx";

/** Above this, coordinates would hide the picture. */
const MAX_NAMED = 5;

interface PictureViewProps {
  readonly image: ImageData;
  /** What the picture shows, for those who do not see it; null where the text beside says it. */
  readonly description: string | null;
  /** Pixels to ring. */
  readonly ringed: readonly Place[];
  /** What is in view when the picture is zoomed; its middle if left out. */
  readonly centre?: Place | undefined;
}

/** A picture, enlarged without smoothing. */
export function PictureView({ image, description, ringed, centre }: PictureViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(image, 0, 0);
  }, [image]);
  const { width, height } = image;
  const radius = ringRadius(width, height, ringed.length);
  const sides = sidesOf(ringed, width);
  const zoom = useZoom(image, centre ?? { x: width / 2, y: height / 2 });
  const picture = (
    <div class="picture">
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
  return width >= ZOOMED_WIDTH && description !== null ? <Zoom zoom={zoom}>{picture}</Zoom> : picture;
}
