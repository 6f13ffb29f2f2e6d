interface MarkProps {
  readonly x: number;
  readonly y: number;
  /** The colour that fools the classifier, `#rrggbb`. */
  readonly colour: string;
}

/** How far each square lies within the pixel, as in the service's picture of 12 dots a pixel. */
const squares = [
  { inset: 0, fill: "#111111" },
  { inset: 1 / 12, fill: "#ffffff" },
  { inset: 3 / 12, fill: null },
];

/** A pixel that fools the classifier: the colour that does so, in a double ring. */
export function Mark({ x, y, colour }: MarkProps) {
  return (
    <g class="fools">
      {squares.map(({ inset, fill }) => (
        <rect
          key={inset}
          x={x + inset}
          y={y + inset}
          width={1 - 2 * inset}
          height={1 - 2 * inset}
          fill={fill ?? colour}
        />
      ))}
    </g>
  );
}
