import { useLayoutEffect, useMemo, useRef } from "hono/jsx/dom";
import type { MapBlock } from "../../api/types.ts";
import { strongestOfPixels } from "../../report/map/strongest.ts";
import { type Place, ringRadius } from "../picture/rings.ts";
import { useZoom, ZOOMED_WIDTH, Zoom } from "../picture/zoom.tsx";
import { count } from "../result/format.ts";
import { type FoolingChange, finderOf, foolingOf, type Known, knownScale } from "./blocks.ts";
import { heatData } from "./heat.ts";
import { Mark } from "./mark.tsx";

interface MapPictureProps {
  readonly image: ImageData;
  readonly known: Known;
  readonly pointed: MapBlock | null;
  /** The pointer is over another block, or over none. */
  readonly onHover: (block: MapBlock | null) => void;
  /** A block was clicked, or reached by the keyboard. */
  readonly onPin: (block: MapBlock) => void;
  readonly onApply: (block: MapBlock) => void;
}

/** Steps that an arrow key makes in the picture: columns, rows. */
const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const middleOf = ({ x, y, width, height }: MapBlock): Place => ({ x: x + width / 2, y: y + height / 2 });

/** Marks on the pixels that fool the classifier: rings where they are too small for squares on them. */
function Marks({ image: { width, height }, changes }: { image: ImageData; changes: FoolingChange[] }) {
  const marks = strongestOfPixels(changes);
  const radius = width < ZOOMED_WIDTH ? null : ringRadius(width, height, marks.length);
  if (radius === null) {
    return marks.map(({ x, y, colour }) => <Mark key={`${x} ${y}`} x={x} y={y} colour={colour} />);
  }
  return marks.map(({ x, y }) => (
    <g key={`${x} ${y}`} class="ring">
      <circle class="ring-edge" cx={x + 0.5} cy={y + 0.5} r={radius / 2} />
      <circle class="ring-core" cx={x + 0.5} cy={y + 0.5} r={radius / 2} />
    </g>
  ));
}

/** The heat map over the picture, in its size: pointer or arrow keys choose a block, a click or Enter changes a pixel of it. */
export function MapPicture({ image, known, pointed, onHover, onPin, onApply }: MapPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = image;
  const heat = useMemo(
    () => new ImageData(heatData(image, known.blocks, knownScale(known)), width, height),
    [image, known],
  );
  const find = useMemo(() => finderOf(known, width, height), [known, image]);
  const changes = useMemo(() => foolingOf(known), [known]);
  const zoom = useZoom(image, pointed ? middleOf(pointed) : { x: width / 2, y: height / 2 });
  useLayoutEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(heat, 0, 0);
  }, [heat]);

  const underPointer = (event: MouseEvent): MapBlock | undefined => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    // The picture stands in the middle of a square.
    const scale = Math.min(box.width / width, box.height / height);
    return find(
      Math.floor((event.clientX - box.left - (box.width - width * scale) / 2) / scale),
      Math.floor((event.clientY - box.top - (box.height - height * scale) / 2) / scale),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      const { x = 0, y = 0, width = 1, height = 1 } = pointed ?? {};
      // From the edge of the block that the step leaves.
      const next = find(x + (step[0] > 0 ? width : step[0]), y + (step[1] > 0 ? height : step[1]));
      if (next) {
        onPin(next);
        zoom.reveal(middleOf(next));
      }
    }
    if ((event.key === "Enter" || event.key === " ") && pointed) {
      event.preventDefault();
      onApply(pointed);
    }
  };

  const fooling = new Set(changes.map(({ x, y }) => y * width + x)).size;
  const parts = known.sampled ? "blocks" : "pixels";
  const map = (
    <div
      class="picture is-map"
      role="application"
      aria-roledescription={`map of ${parts}`}
      aria-label={`${count(fooling, "pixel")} of ${width} by ${height} can fool the classifier${known.sampled ? ", of the changes tried" : ""}. Arrow keys choose a ${known.sampled ? "block" : "pixel"}, Enter changes it.`}
      tabindex={0}
      onPointerMove={(event: PointerEvent) => {
        const block = underPointer(event);
        if (block && block !== pointed) onHover(block);
      }}
      onPointerLeave={() => onHover(null)}
      onClick={(event: MouseEvent) => {
        const block = underPointer(event);
        if (!block) return;
        onPin(block);
        onApply(block);
      }}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} width={width} height={height} />
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <Marks image={image} changes={changes} />
        {pointed && (
          <g class="pointed">
            <rect
              class="ring-edge"
              x={pointed.x}
              y={pointed.y}
              width={pointed.width}
              height={pointed.height}
            />
            <rect
              class="ring-core"
              x={pointed.x}
              y={pointed.y}
              width={pointed.width}
              height={pointed.height}
            />
          </g>
        )}
      </svg>
    </div>
  );
  return <div class="frame">{width >= ZOOMED_WIDTH ? <Zoom zoom={zoom}>{map}</Zoom> : map}</div>;
}
