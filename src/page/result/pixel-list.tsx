import type { ChangedPixel } from "../../api/types.ts";

/** The most changed pixels that are listed one by one. */
const MAX_LISTED = 8;

export function Swatch({ colour }: { readonly colour: string }) {
  return (
    <svg class="swatch" viewBox="0 0 1 1" aria-hidden="true">
      <rect width="1" height="1" fill={colour} />
    </svg>
  );
}

/** Where pixels were changed, and from which colour to which. */
export function PixelList({ pixels }: { readonly pixels: readonly ChangedPixel[] }) {
  return (
    <ul class="pixels" aria-label="Changed pixels">
      {pixels.slice(0, MAX_LISTED).map(({ x, y, from, to }) => (
        <li key={`${x} ${y}`}>
          <span>
            x {x}, y {y}
          </span>
          <Swatch colour={from} />
          <code>{from}</code>
          <span aria-hidden="true">→</span>
          <span class="unseen">became</span>
          <Swatch colour={to} />
          <code>{to}</code>
        </li>
      ))}
      {pixels.length > MAX_LISTED && <li>and {pixels.length - MAX_LISTED} more</li>}
    </ul>
  );
}
