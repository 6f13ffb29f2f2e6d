/** Zooms into pictures whose pixels are small on the page. */
import type { PropsWithChildren } from "hono/jsx";
import { useLayoutEffect, useRef, useState } from "hono/jsx/dom";
import type { Place } from "./rings.ts";

/** Pixels of a wider picture are too small on the page to tell them apart, so that it can be zoomed. */
export const ZOOMED_WIDTH = 96;

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/**
 * The state of a zoom.
 * @param size of the picture, in pixels; it stands in the middle of a square
 * @param centre what comes to the middle of the view at first
 */
export function useZoom({ width, height }: { width: number; height: number }, centre: Place) {
  const box = useRef<HTMLDivElement>(null);
  const [zoomed, setZoomed] = useState(false);

  /** Scrolls to a place, no further than the picture goes. @param always whether it does so even if it is in view */
  const scrollTo = ({ x, y }: Place, always: boolean) => {
    const view = box.current;
    if (!view) return;
    const { scrollWidth: side, scrollLeft, scrollTop, clientWidth, clientHeight } = view;
    const scale = side / Math.max(width, height);
    const [left, top] = [(side - width * scale) / 2, (side - height * scale) / 2];
    const [atX, atY] = [left + x * scale, top + y * scale];
    const isIn =
      atX > scrollLeft && atX < scrollLeft + clientWidth && atY > scrollTop && atY < scrollTop + clientHeight;
    if (isIn && !always) return;
    view.scrollTo(
      clamp(atX - clientWidth / 2, left, left + width * scale - clientWidth),
      clamp(atY - clientHeight / 2, top, top + height * scale - clientHeight),
    );
  };
  useLayoutEffect(() => {
    if (zoomed) scrollTo(centre, true);
  }, [zoomed]);
  return {
    box,
    zoomed,
    toggle: () => setZoomed(!zoomed),
    /** Brings a place into view. */
    reveal: (place: Place) => scrollTo(place, false),
  };
}

interface ZoomProps {
  readonly zoom: ReturnType<typeof useZoom>;
}

/** A frame that shows its content at once, or five times as large and scrolls. */
export function Zoom({ zoom: { box, zoomed, toggle }, children }: PropsWithChildren<ZoomProps>) {
  return (
    <>
      {/* With the focus, the arrow keys scroll it. */}
      <div ref={box} class="zoom" tabindex={zoomed ? 0 : -1}>
        <div class={zoomed ? "zoom-content is-zoomed" : "zoom-content"}>{children}</div>
      </div>
      <button
        type="button"
        class="small zoom-button"
        aria-pressed={zoomed ? "true" : "false"}
        onClick={toggle}
      >
        {zoomed ? "Zoom out" : "Zoom in"}
      </button>
    </>
  );
}
