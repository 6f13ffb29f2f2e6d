import { heatColour, type Scale, scaleEnds } from "../../report/map/heat-colour.ts";
import { Mark } from "./mark.tsx";

/** As many steps as the scale has colours. */
const shares = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => step / 8);
const unit = { least: 0, largest: 1 };
const grey = [128, 128, 128] as const;

/** What the colours of the map mean. */
export function HeatScale({ scale }: { readonly scale: Scale }) {
  const { from, to } = scaleEnds(scale);
  return (
    <span class="scale">
      <svg class="scale-mark" viewBox="0 0 1 1" aria-hidden="true">
        <Mark x={0} y={0} colour="#ff00ff" />
      </svg>
      <span>fools</span>
      <span class="scale-from">margin {from}</span>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <defs>
          <linearGradient id="heat">
            {shares.map((share) => (
              <stop
                key={share}
                offset={share}
                stop-color={`rgb(${heatColour(share, unit, grey).join(" ")})`}
              />
            ))}
          </linearGradient>
        </defs>
        <rect width="100" height="8" fill="url(#heat)" />
      </svg>
      <span>{to}</span>
    </span>
  );
}
