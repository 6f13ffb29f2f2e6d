import type { AttackResult } from "../../api/types.ts";
import { attackOptions, type Pixels, type Settings } from "../choose/settings.ts";
import type { Picture } from "../picture/picture.ts";
import { CopyButton } from "../result/copy-button.tsx";

interface ToolsProps {
  readonly result: AttackResult;
  readonly settings: Settings;
  readonly picture: Picture;
  readonly announce: (message: string) => void;
  /** Tries again with other settings. */
  readonly onTry: (changes: Partial<Settings>) => void;
}

/** Where to go on when so many pixels were not enough. */
function morePixels(pixels: Pixels): number {
  if (pixels === "min") return 20;
  return pixels < 3 ? 3 : pixels < 5 ? 5 : Math.min(1024, pixels * 2);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The command that repeats the attack; a picture of the user's own is read from the very file. */
function curlOf(settings: Settings, picture: Picture): string {
  const query = new URLSearchParams(
    Object.entries(attackOptions(settings, picture.space)).map(([name, value]) => [name, String(value)]),
  );
  if (picture.file) {
    const address = quoted(`${location.origin}/v1/attack?${query}`);
    const type = quoted(`content-type: ${picture.file.type}`);
    return `curl --data-binary ${quoted(`@${picture.name}`)} -H ${type} ${address}`;
  }
  query.set("sample", picture.name);
  return `curl ${quoted(`${location.origin}/v1/attack?${query}`)}`;
}

function badgeOf({ model }: AttackResult): string {
  const id = encodeURIComponent(model.id);
  return `[![one-pixel attack](${location.origin}/v1/models/${id}/badge.svg)](${location.origin}/models/${id})`;
}

/** What can be done with a result. */
export function Tools({ result, settings, picture, announce, onTry }: ToolsProps) {
  const { status, image, label, after } = result;
  const stem = picture.name.replace(/\.\w+$/, "");
  return (
    <div class="tools">
      {status === "survived" && (
        <button type="button" onClick={() => onTry({ pixels: morePixels(settings.pixels), search: "auto" })}>
          Try {morePixels(settings.pixels)} pixels
        </button>
      )}
      {status === "survived" && result.certificate === null && (
        <button type="button" onClick={() => onTry({ view: "map" })}>
          Try every pixel
        </button>
      )}
      {status === "fooled" && (
        <a class="button" href={image} download={`${stem}-${label}-as-${after.label}.png`}>
          Download PNG
        </a>
      )}
      <CopyButton name="link" text={location.href} announce={announce} />
      <CopyButton name="curl" text={curlOf(settings, picture)} announce={announce} />
      <CopyButton name="badge" text={badgeOf(result)} announce={announce} />
    </div>
  );
}
