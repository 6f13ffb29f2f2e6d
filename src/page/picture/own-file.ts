/** A picture of the user's own: the very file is sent, and the service says what the classifier sees of it. */
import type { Model } from "../../api/types.ts";
import type { Space } from "../../core/attack/options/settings.ts";
import { type ModelInput, ServiceError } from "../service/api.ts";
import { type Fetched, fetchImage } from "./fetch-image.ts";
import { canvasOf, type Picture, PictureError } from "./picture.ts";

/** What the service takes in a body; longer files are not sent in vain. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Longer side of a picture that the browser converts: as PNG it is below the service's limits, whatever it shows. */
const CONVERTED_SIDE = 512;

/** The media type of a picture, told from its first bytes, as the service tells it. */
export function sniffType(bytes: Uint8Array): string {
  const starts = (text: string, at: number) =>
    [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));
  if (starts("\x89PNG", 0)) return "image/png";
  if (starts("\xff\xd8\xff", 0)) return "image/jpeg";
  if (starts("RIFF", 0) && starts("WEBP", 8)) return "image/webp";
  return "application/octet-stream";
}

/** What the service does to a picture before it is classified, in words; null if nothing. */
export function noteOf(original: ModelInput["original"], { input }: Model, space: Space): string | null {
  if (space === "source") {
    return `The picture is ${original.width} × ${original.height}; the classifier sees it at ${input.width} × ${input.height}.`;
  }
  const parts: string[] = [];
  if (original.resized) {
    const stretched = original.width * input.height !== original.height * input.width;
    const sizes = `${original.width} × ${original.height} to ${input.width} × ${input.height}`;
    parts.push(`${stretched ? "stretched" : "resized"} from ${sizes}`);
  }
  if (input.channels === 1) parts.push("turned to grey");
  return parts.length > 0 ? `This is what the classifier sees: ${parts.join(", ")}.` : null;
}

/** The picture as a PNG that the service takes; null if this browser cannot read it either. */
async function convert(file: Blob): Promise<Blob | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return null;
  const scale = Math.min(1, CONVERTED_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const { canvas, context } = canvasOf(width!, height!);
  context.fillStyle = "white";
  context.fillRect(0, 0, width!, height!);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width!, height!);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

const isRefusal = (error: unknown): error is ServiceError =>
  error instanceof ServiceError && [413, 415, 422].includes(error.status);

async function ask(file: Blob, model: Model, space: Space): Promise<Fetched> {
  if (file.size > MAX_BYTES) throw new ServiceError("The file has more than 2 MiB. Send a smaller one.", 413);
  return fetchImage({ file }, model, space);
}

/**
 * Reads a file as the service does. One that the service refuses is converted to a PNG if this browser can read it: that
 * PNG is shown, sent and offered for download.
 * @param offered whether the user may lack the file, so that it is offered for download
 * @throws PictureError if neither reads it; ServiceError
 */
export async function readOwn(
  source: Blob,
  name: string,
  model: Model,
  space: Space,
  offered: boolean,
  converted = false,
): Promise<Picture> {
  const bytes = await source.arrayBuffer();
  const file = new Blob([bytes], { type: sniffType(new Uint8Array(bytes)) });
  try {
    const { original, ...image } = await ask(file, model, space);
    const notes = [
      converted && "The service does not accept this file, so the browser converted it to PNG.",
      noteOf(original, model, image.space),
    ];
    return {
      name,
      sample: null,
      ...image,
      note: notes.filter(Boolean).join(" ") || null,
      file,
      offer: offered ? URL.createObjectURL(file) : null,
    };
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    const png = converted ? null : await convert(file);
    if (png === null) throw new PictureError(`“${name}” cannot be used. ${cause.message}`, { cause });
    return readOwn(png, `${name.replace(/\.\w+$/, "")}.png`, model, space, true, true);
  }
}
