import type { AttackResult } from "./api.ts";
import { CopyButton } from "./copy-button.tsx";
import type { Picture } from "./picture.ts";
import { attackOptions, type Settings } from "./settings.ts";

interface ToolsProps {
  readonly result: AttackResult;
  readonly settings: Settings;
  readonly picture: Picture;
  readonly announce: (message: string) => void;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The command that repeats the attack; a picture of the user's own is read from a file. */
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

/** What can be done with a result. */
export function Tools({ result, settings, picture, announce }: ToolsProps) {
  const { status, image, label, after } = result;
  const stem = picture.name.replace(/\.\w+$/, "");
  return (
    <div class="tools">
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
