import { useLayoutEffect, useRef } from "hono/jsx/dom";
import type { ChangedPixel } from "../service/api.ts";

/** Above this, rings would hide the picture. */
const MAX_RINGS = 32;
/** Above this, coordinates would hide it. */
const MAX_NAMED = 5;

interface PictureViewProps {
  readonly image: ImageData;
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  /** Pixels to ring. */
  readonly ringed: readonly Pick<ChangedPixel, "x" | "y">[];
}

/** A picture, enlarged without smoothing. */
export function PictureView({ image, description, ringed }: PictureViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(image, 0, 0);
  }, [image]);
  const { width, height } = image;
  const radius = Math.max(1.3, width / 22);
  return (
    <div class="picture">
      <canvas ref={canvas} width={width} height={height} role="img" aria-label={description} />
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {ringed.length <= MAX_RINGS &&
          ringed.map(({ x, y }) => (
            <g key={`${x} ${y}`} class="ring">
              <circle class="ring-edge" cx={x + 0.5} cy={y + 0.5} r={radius} />
              <circle class="ring-core" cx={x + 0.5} cy={y + 0.5} r={radius} />
              {ringed.length <= MAX_NAMED && (
                <text
                  x={x > width * 0.75 ? x + 0.5 - radius * 1.3 : x + 0.5 + radius * 1.3}
                  y={y + 0.5}
                  font-size={width / 22}
                  text-anchor={x > width * 0.75 ? "end" : "start"}
                  dominant-baseline="central"
                >
                  {x}, {y}
                </text>
              )}
            </g>
          ))}
      </svg>
    </div>
  );
}
