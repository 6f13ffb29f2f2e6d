import type { AttackResult, ChangedPixel } from "./api.ts";
import { CopyButton } from "./copy-button.tsx";
import type { Picture } from "./picture.ts";
import { attackOptions, type Settings } from "./settings.ts";

/** The most changed pixels that are listed one by one. */
const MAX_LISTED = 12;

interface ResultDetailsProps {
  readonly result: AttackResult;
  readonly settings: Settings;
  readonly picture: Picture;
  readonly blinking: boolean;
  readonly onBlink: (blinking: boolean) => void;
  readonly announce: (message: string) => void;
}

function Swatch({ colour }: { readonly colour: string }) {
  return (
    <svg class="swatch" viewBox="0 0 1 1" aria-hidden="true">
      <rect width="1" height="1" fill={colour} />
    </svg>
  );
}

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

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The command that repeats the attack; a picture of the user's own is read from a file that is to be downloaded. */
function curlOf(settings: Settings, picture: Picture): string {
  const query = new URLSearchParams(
    Object.entries(attackOptions(settings)).map(([name, value]) => [name, String(value)]),
  );
  if (!picture.sample) {
    const address = quoted(`${location.origin}/v1/attack?${query}`);
    return `curl --data-binary @picture.png -H 'content-type: image/png' ${address}`;
  }
  query.set("sample", picture.sample.name);
  return `curl ${quoted(`${location.origin}/v1/attack?${query}`)}`;
}

function badgeOf({ model }: AttackResult): string {
  const id = encodeURIComponent(model.id);
  return `[![one-pixel attack](${location.origin}/v1/models/${id}/badge.svg)](${location.origin}/models/${id})`;
}

/** What was changed, and what can be done with it. */
export function ResultDetails(props: ResultDetailsProps) {
  const { result, settings, picture, blinking, onBlink, announce } = props;
  const { status, pixels, image, label, after } = result;
  return (
    <div class="details">
      {status === "fooled" && <PixelList pixels={pixels} />}
      <div class="tools">
        {status === "fooled" && (
          <button type="button" aria-pressed={blinking ? "true" : "false"} onClick={() => onBlink(!blinking)}>
            Blink
          </button>
        )}
        {status === "fooled" && (
          <a
            class="button"
            href={image}
            download={`${picture.name.replace(/\.\w+$/, "")}-${label}-as-${after.label}.png`}
          >
            Download PNG
          </a>
        )}
        <CopyButton name="link" text={location.href} announce={announce} />
        <CopyButton name="curl" text={curlOf(settings, picture)} announce={announce} />
        <CopyButton name="badge" text={badgeOf(result)} announce={announce} />
      </div>
    </div>
  );
}
