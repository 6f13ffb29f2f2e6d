import { fools, holds, nearly } from "./heat.ts";

const css = (colour: readonly number[]) => `rgb(${colour.join(" ")})`;

/** What the colours of the map mean. */
export function HeatScale() {
  return (
    <span class="scale">
      <span>holds</span>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <defs>
          <linearGradient id="heat">
            <stop offset="0" stop-color={css(holds)} />
            <stop offset="0.8" stop-color={css(nearly)} />
            <stop offset="0.8" stop-color={css(fools)} />
          </linearGradient>
        </defs>
        <rect width="100" height="8" fill="url(#heat)" />
      </svg>
      <span>fools</span>
    </span>
  );
}
