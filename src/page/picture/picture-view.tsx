import { useLayoutEffect, useRef } from "hono/jsx/dom";
import type { ChangedPixel } from "../../api/types.ts";

/** Above this, rings would hide the picture. */
const MAX_RINGS = 32;
/** Above this, coordinates would hide it. */
const MAX_NAMED = 5;

type Place = Pick<ChangedPixel, "x" | "y">;

/** On which side of each ring its coordinates stand, so that they stay in the picture and apart. */
function sidesOf(ringed: readonly Place[], width: number): ("left" | "right")[] {
  const sides: ("left" | "right")[] = [];
  for (const [index, { x, y }] of ringed.entries()) {
    const isClash = (side: "left" | "right") =>
      ringed
        .slice(0, index)
        .some(
          (other, at) =>
            sides[at] === side && Math.abs(other.y - y) * 20 < width && Math.abs(other.x - x) * 4 < width,
        );
    const [first, second] = x > width * 0.75 ? (["left", "right"] as const) : (["right", "left"] as const);
    sides.push(isClash(first) && x > width * 0.25 && x < width * 0.75 ? second : first);
  }
  return sides;
}

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
  const { width, height } = image;
  const radius = Math.max(1.3, width / 22);
  const sides = sidesOf(ringed, width);
  return (
    <div class="picture">
      <canvas
        ref={canvas}
        width={width}
        height={height}
        {...(description === null ? { "aria-hidden": "true" } : { role: "img", "aria-label": description })}
      />
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {ringed.length <= MAX_RINGS &&
          ringed.map(({ x, y }) => (
            <g key={`${x} ${y}`} class="ring">
              <circle class="ring-edge" cx={x + 0.5} cy={y + 0.5} r={radius} />
              <circle class="ring-core" cx={x + 0.5} cy={y + 0.5} r={radius} />
            </g>
          ))}
        {ringed.length <= MAX_NAMED &&
          ringed.map(({ x, y }, index) => (
            <text
              key={`${x} ${y}`}
              class="place"
              x={x + 0.5 + radius * (sides[index] === "left" ? -1.3 : 1.3)}
              y={y + 0.5}
              font-size={width / 22}
              text-anchor={sides[index] === "left" ? "end" : "start"}
              dominant-baseline="central"
            >
              {x}, {y}
            </text>
          ))}
      </svg>
    </div>
  );
}
