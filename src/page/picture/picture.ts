/** Pictures in the size in which they are attacked. */
import type { ChangedPixel, Sample } from "../../api/types.ts";
import type { Space } from "../../core/attack/options/settings.ts";

export interface Picture {
  /** The sample's or the file's name. */
  readonly name: string;
  /** null for a picture of the user's own. */
  readonly sample: Pick<Sample, "name" | "label"> | null;
  /** Opaque; as the classifier sees it, in the model's input size, unless `space` is `source`: then in its own size. */
  readonly image: ImageData;
  readonly space: Space;
  /** Whether the classifier sees it in another size than its own. */
  readonly resized: boolean;
  /** What was done to the file, in words; null if nothing. */
  readonly note: string | null;
  /** What is sent, byte for byte, with its real type; null for a sample. */
  readonly file: Blob | null;
  /** Where that file can be downloaded, if the user may not have it. Valid as long as the page stands. */
  readonly offer: string | null;
}

/** A file that is no picture; the message says what to do. */
export class PictureError extends Error {
  override readonly name = "PictureError";
}

/** A canvas to draw or read pixels. @throws PictureError if the browser has none */
export function canvasOf(width: number, height: number) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new PictureError("This browser cannot decode images. Try another one.");
  return { canvas, context };
}

/** The pixels of a picture that the service sent. */
export async function readImage(file: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(file);
  const { context } = canvasOf(bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** The picture as PNG, as a data URL. */
export function pngOf(image: ImageData): string {
  const { canvas, context } = canvasOf(image.width, image.height);
  context.putImageData(image, 0, 0);
  return canvas.toDataURL("image/png");
}

/** A copy of the picture with pixels changed. */
export function withPixels(image: ImageData, pixels: readonly ChangedPixel[]): ImageData {
  const copy = new ImageData(image.data.slice(), image.width, image.height);
  for (const { x, y, to } of pixels) {
    const colour = Number.parseInt(to.slice(1), 16);
    copy.data.set([colour >>> 16, (colour >>> 8) & 255, colour & 255], (y * image.width + x) * 4);
  }
  return copy;
}

/** How a request names the picture: a sample by its name, any other by its file. */
export function pictureField({ sample, file }: Picture): { sample: string } | { file: Blob } {
  return file ? { file } : { sample: sample!.name };
}

/** Longest address that carries a picture: chat programs and mail cut longer ones. */
const MAX_FRAGMENT = 8000;

/** The address's fragment that carries a picture of the user's own; empty if it would be too long. */
export function pictureFragment(picture: Picture): string {
  if (picture.sample) return "";
  const base64 = pngOf(picture.image).split(",")[1] ?? "";
  const fragment = `#image=${base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
  return fragment.length <= MAX_FRAGMENT ? fragment : "";
}

/** The PNG in an address's fragment, or null. */
export function pictureInFragment(fragment: string): Blob | null {
  const [, encoded] = /^#image=([\w-]+)$/.exec(fragment) ?? [];
  if (encoded === undefined) return null;
  try {
    const bytes = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
    return new Blob([Uint8Array.from(bytes, (character) => character.charCodeAt(0))], { type: "image/png" });
  } catch {
    return null;
  }
}
