import { ImageError } from "../error.ts";
import { checkDimensions } from "../limits.ts";
import { type PngChunk, readChunks, writeChunks } from "./chunks.ts";
import { type PngHeader, readHeader, storedRows } from "./header.ts";
import { inflate } from "./inflate.ts";

/** The chunks that are needed for pixels, in the order that the PNG specification requires (section 5.6). */
const ORDER = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];

/**
 * Checks a complete PNG and returns it with only the chunks that its pixels need.
 *
 * The decoder is WebAssembly with memory that never shrinks, and it leaks memory on damaged data. So it
 * only gets files that passed this check, and no upload can fill an isolate's memory. Ancillary chunks are
 * dropped without reading them: a compressed colour profile can be a decompression bomb just like
 * compressed pixels.
 * @param bytes a file with a PNG signature
 * @throws {ImageError} unless it is a valid PNG, not animated and within the limits
 */
export async function checkPng(bytes: Uint8Array): Promise<Uint8Array> {
  const header = readHeader(bytes);
  checkDimensions(header.width, header.height);
  const chunks = readChunks(bytes);
  if (chunks.some((chunk) => chunk.type === "acTL")) {
    throw new ImageError("animated", "The PNG is animated. Send a still image.");
  }
  const kept = keepPixels(chunks);
  checkPalette(kept, header);
  await checkPixels(kept, header);
  // With RGB a palette is only a hint for displays; with greyscale it is not allowed.
  return writeChunks(kept.filter((chunk) => chunk.type !== "PLTE" || header.colour === 3));
}

function keepPixels(chunks: readonly PngChunk[]): PngChunk[] {
  const kept: PngChunk[] = [];
  let previous = "";
  for (const chunk of chunks) {
    if (ORDER.includes(chunk.type)) {
      const last = kept.at(-1)?.type ?? "";
      const isInOrder = ORDER.indexOf(chunk.type) > ORDER.indexOf(last);
      const continuesPixels = chunk.type === "IDAT" && previous === "IDAT";
      if (!isInOrder && !continuesPixels) {
        throw new ImageError("corrupt", `The PNG's ${chunk.type} chunk is in the wrong place.`);
      }
      kept.push(chunk);
    } else if (chunk.type[0]! <= "Z") {
      throw new ImageError(
        "unsupported",
        `The PNG needs ${chunk.type}, which is not in the PNG specification.`,
      );
    }
    previous = chunk.type;
  }
  return kept;
}

/** Checks PLTE and tRNS against the colour type (PNG specification, sections 11.2.2 and 11.3.1.1). */
function checkPalette(chunks: readonly PngChunk[], { colour }: PngHeader): void {
  const palette = chunks.find((chunk) => chunk.type === "PLTE")?.data.length ?? 0;
  if (palette % 3 !== 0 || palette > 768 || (colour === 3 && palette === 0)) {
    throw new ImageError("corrupt", "The PNG's palette is missing or damaged.");
  }
  const transparency = chunks.find((chunk) => chunk.type === "tRNS")?.data.length;
  if (transparency === undefined) return;
  const isFitting = colour === 3 ? transparency <= palette / 3 : transparency === { 0: 2, 2: 6 }[colour];
  if (!isFitting) throw new ImageError("corrupt", "The PNG's tRNS chunk does not fit its colour type.");
}

/** Decompresses the pixels once without keeping them, and checks their size and the filter of each row. */
async function checkPixels(chunks: readonly PngChunk[], header: PngHeader): Promise<void> {
  const passes = storedRows(header);
  const declared = passes.reduce((sum, pass) => sum + pass.rows * pass.bytes, 0);
  const filters = filterPositions(passes);
  let filter = filters.next().value;
  let received = 0;
  try {
    for await (const data of inflate(
      chunks.filter(({ type }) => type === "IDAT").map((chunk) => chunk.data),
    )) {
      for (; filter !== undefined && filter < received + data.length; filter = filters.next().value) {
        if (data[filter - received]! > 4) {
          throw new ImageError("corrupt", "The PNG names a row filter that does not exist: it is damaged.");
        }
      }
      received += data.length;
      if (received > declared) break;
    }
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError("corrupt", "The PNG's compressed pixels are damaged or truncated.", { cause });
  }
  if (received > declared) {
    throw new ImageError(
      "too-large",
      `The PNG's data decompress to more than the ${declared} bytes of the ${header.width}×${header.height} pixels ` +
        "that its header declares. Send an image with a correct header.",
    );
  }
  if (received < declared) {
    throw new ImageError(
      "corrupt",
      `The PNG holds ${received} bytes of pixels; its header declares ${declared}.`,
    );
  }
}

/** The position of each row's filter byte in the decompressed pixels. */
function* filterPositions(passes: readonly { rows: number; bytes: number }[]): Generator<number, undefined> {
  let position = 0;
  for (const { rows, bytes } of passes) {
    for (let row = 0; row < rows; row++, position += bytes) yield position;
  }
}
