/** Pictures in the size that the classifier sees. */
import type { ChangedPixel, Model, Sample } from "../service/api.ts";

export interface Picture {
  /** The sample's or the file's name. */
  readonly name: string;
  /** The sample that the picture is, pixel for pixel; null for any other picture. */
  readonly sample: Sample | null;
  /** In the model's input size, opaque. */
  readonly image: ImageData;
  /** What was done to the file, in words; null if nothing. */
  readonly note: string | null;
}

/** A file that is no picture; the message says what to do. */
export class PictureError extends Error {
  override readonly name = "PictureError";
}

type Size = Model["input"];

function canvasOf(width: number, height: number) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new PictureError("This browser cannot draw pictures. Try another one.");
  return { canvas, context };
}

function toGrey(image: ImageData): void {
  const { data } = image;
  for (let at = 0; at < data.length; at += 4) {
    const grey = Math.round(0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!);
    data.fill(grey, at, at + 3);
  }
}

/** Draws the middle of a bitmap, as much of it as fits the input's shape, on white. */
function fitted(bitmap: ImageBitmap, { width, height, channels }: Size): ImageData {
  const { context } = canvasOf(width, height);
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  const scale = Math.min(bitmap.width / width, bitmap.height / height);
  const [cropWidth, cropHeight] = [width * scale, height * scale];
  context.drawImage(
    bitmap,
    (bitmap.width - cropWidth) / 2,
    (bitmap.height - cropHeight) / 2,
    cropWidth,
    cropHeight,
    0,
    0,
    width,
    height,
  );
  const image = context.getImageData(0, 0, width, height);
  if (channels === 1) toGrey(image);
  return image;
}

function noteOf(bitmap: ImageBitmap, { width, height, channels }: Size): string | null {
  const parts: string[] = [];
  if (bitmap.width * height !== bitmap.height * width) parts.push("cropped to the middle");
  if (bitmap.width !== width || bitmap.height !== height) {
    parts.push(`resized from ${bitmap.width} × ${bitmap.height} to ${width} × ${height}`);
  }
  if (channels === 1) parts.push("turned to grey");
  return parts.length > 0 ? `This is what the classifier sees: ${parts.join(", ")}.` : null;
}

/**
 * Decodes a file and brings it to the classifier's input.
 * @throws PictureError if the browser cannot read it as a picture
 */
export async function readPicture(file: Blob, name: string, input: Size): Promise<Picture> {
  const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
    throw new PictureError(
      `“${name}” is not a picture that this browser can read. Choose a PNG, JPEG or WebP file.`,
      {
        cause,
      },
    );
  });
  return { name, sample: null, image: fitted(bitmap, input), note: noteOf(bitmap, input) };
}

/**
 * Fetches a sample.
 * @throws PictureError if there is none of this name
 */
export async function readSample(sample: Sample, input: Size): Promise<Picture> {
  const response = await fetch(`/v1/samples/${encodeURIComponent(sample.name)}`);
  if (!response.ok) throw new PictureError(`There is no sample “${sample.name}”. Pick another one.`);
  const picture = await readPicture(await response.blob(), sample.name, input);
  return { ...picture, sample: picture.note === null ? sample : null };
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

/** How a request names the picture: a sample by its name, any other by its bytes. */
export function pictureField(picture: Picture): { sample: string } | { image: string } {
  return picture.sample ? { sample: picture.sample.name } : { image: pngOf(picture.image) };
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
