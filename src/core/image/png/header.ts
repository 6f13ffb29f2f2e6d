import { ImageError } from "../error.ts";

/** What IHDR declares (PNG specification, third edition, section 11.2.1). */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 0 greyscale, 2 RGB, 3 palette, 4 greyscale with alpha, 6 RGBA. */
  readonly colour: number;
  readonly interlaced: boolean;
}

/** Samples per pixel and allowed depths for each colour type. */
const COLOURS: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** The passes of Adam7 interlacing: first column, first row, column step, row step. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Reads IHDR from its fixed position after the signature, so that excessive dimensions are rejected before
 * the file is scanned.
 * @throws {ImageError} `corrupt`
 */
export function readHeader(bytes: Uint8Array): PngHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) throw new ImageError("corrupt", "The PNG ends inside its header: it is truncated.");
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) {
    throw new ImageError("corrupt", "The PNG does not begin with an IHDR chunk.");
  }
  const depth = view.getUint8(24);
  const colour = view.getUint8(25);
  const interlace = view.getUint8(28);
  const isKnown = view.getUint16(26) === 0 && interlace <= 1;
  if (!COLOURS[colour]?.depths.includes(depth) || !isKnown) {
    throw new ImageError("corrupt", `The PNG's header is not valid (colour type ${colour}, ${depth} bits).`);
  }
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    depth,
    colour,
    interlaced: interlace === 1,
  };
}

/**
 * The rows of the decompressed pixels, pass by pass, in the order in which they are stored.
 * @returns for each pass its number of rows and the bytes of each, the leading filter byte included
 */
export function storedRows(header: PngHeader): { rows: number; bytes: number }[] {
  const bits = COLOURS[header.colour]!.samples * header.depth;
  const passes = header.interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return passes
    .map(([column, row, columnStep, rowStep]) => ({
      columns: Math.ceil((header.width - column) / columnStep),
      rows: Math.ceil((header.height - row) / rowStep),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
    .map(({ columns, rows }) => ({ rows, bytes: 1 + Math.ceil((columns * bits) / 8) }));
}
