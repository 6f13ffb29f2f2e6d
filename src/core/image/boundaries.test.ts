import { deflateSync, inflateSync } from "node:zlib";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { fixture, initCodecsInNode } from "../../../test/support/codecs.ts";
import { decodeImage } from "./decode.ts";
import { checkJpeg } from "./jpeg-check.ts";
import { checkDimensions } from "./limits.ts";
import { checkPng } from "./png/check.ts";
import { readChunks, writeChunks } from "./png/chunks.ts";
import { checkWebp } from "./webp-check.ts";

beforeAll(initCodecsInNode);

describe("sizes", () => {
  test.for([
    [1024, 1024],
    [4096, 256],
    [256, 4096],
    [1, 1],
  ])("%i×%i is accepted", ([width, height], { expect }) => {
    expect(() => checkDimensions(width!, height!)).not.toThrow();
  });

  test.for([
    [1025, 1024, "too-large"],
    [1024, 1025, "too-large"],
    [4097, 1, "too-large"],
    [1, 4097, "too-large"],
    [0, 1, "corrupt"],
    [1, 0, "corrupt"],
  ] as const)("%i×%i is refused as %s", ([width, height, fault], { expect }) => {
    expect(() => checkDimensions(width, height)).toThrow(
      expect.objectContaining({ fault, message: expect.stringContaining(`${width}×${height}`) }),
    );
  });
});

describe("a JPEG", () => {
  /** The fixture with another marker or precision of its only frame. */
  function framed(marker: number, precision = 8): Uint8Array {
    const bytes = fixture("jpeg-baseline.jpg");
    const frame = Buffer.from(bytes).indexOf(Buffer.of(0xff, 0xc0));
    bytes[frame + 1] = marker;
    bytes[frame + 4] = precision;
    return bytes;
  }

  test.for([0xc0, 0xc1, 0xc2])(
    "of the frame type %i is accepted: baseline, extended, progressive",
    (marker, { expect }) => {
      expect(() => checkJpeg(framed(marker))).not.toThrow();
    },
  );

  test.for([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf])(
    "of the frame type %i is refused: lossless, hierarchical or arithmetic",
    (marker, { expect }) => {
      expect(() => checkJpeg(framed(marker))).toThrow(expect.objectContaining({ fault: "unsupported" }));
    },
  );

  test.for([0xc4, 0xc8, 0xcc])("whose only frame is %i, a table, holds no picture", (marker, { expect }) => {
    expect(() => checkJpeg(framed(marker))).toThrow("exactly one picture");
  });

  test("of 12 bits is refused", () => {
    expect(() => checkJpeg(framed(0xc1, 12))).toThrow(expect.objectContaining({ fault: "unsupported" }));
  });

  test.for([
    [64, null],
    [65, /65 scans; the limit is 64/],
  ] as const)("of %i scans", ([scans, message], { expect }) => {
    const bytes = Buffer.from(fixture("jpeg-baseline.jpg"));
    const [scan, end] = [bytes.indexOf(Buffer.of(0xff, 0xda)), bytes.lastIndexOf(Buffer.of(0xff, 0xd9))];
    const one = bytes.subarray(scan, end);
    const many = Buffer.concat([bytes.subarray(0, scan), ...Array(scans).fill(one), bytes.subarray(end)]);
    if (message === null) expect(() => checkJpeg(many)).not.toThrow();
    else expect(() => checkJpeg(many)).toThrow(message);
  });
});

describe("a PNG", () => {
  /** A fixture with other pixels, or another chunk in the place of one. */
  function changed(name: string, change: (type: string, data: Uint8Array) => Uint8Array): Uint8Array {
    return writeChunks(
      readChunks(fixture(name)).map(({ type, data }) => ({ type, data: change(type, data) })),
    );
  }
  const withPixels = (change: (pixels: Buffer) => Uint8Array) =>
    changed("png-rgb-8.png", (type, data) =>
      type === "IDAT" ? deflateSync(change(inflateSync(data))) : data,
    );

  test.for([0, 1, 2, 3, 4])("with the row filter %i is accepted", async (filter, { expect }) => {
    const bytes = withPixels((pixels) => Buffer.from(pixels).fill(filter, 0, 1));
    await expect(decodeImage(bytes)).resolves.toMatchObject({ width: 24, height: 16 });
  });

  test.for([0, 15])("with the row filter 5 in row %i is refused", async (row, { expect }) => {
    const bytes = withPixels((pixels) => Buffer.from(pixels).fill(5, row * 73, row * 73 + 1));
    await expect(checkPng(bytes)).rejects.toThrow("row filter that does not exist");
  });

  test("may have the bytes 5 and above everywhere but in a row's first place", async () => {
    await expect(checkPng(withPixels((pixels) => Buffer.from(pixels).fill(5, 1, 73)))).resolves.toBeDefined();
  });

  test.for([
    [-1, "holds 1167 bytes of pixels; its header declares 1168"],
    [1, "more than the 1168 bytes of the 24×16 pixels"],
  ] as const)(
    "with %i bytes of pixels more than declared is refused",
    async ([more, message], { expect }) => {
      const size = 16 * 73 + more;
      await expect(checkPng(withPixels(() => Buffer.alloc(size)))).rejects.toThrow(message);
    },
  );

  test("that is a bomb is given up long before it is decompressed", async () => {
    let inflated = 0;
    const { DecompressionStream: Original } = globalThis;
    vi.stubGlobal(
      "DecompressionStream",
      class {
        readonly writable: WritableStream;
        readonly readable: ReadableStream<Uint8Array>;
        constructor(format: CompressionFormat) {
          const stream = new Original(format);
          this.writable = stream.writable;
          const count = new TransformStream<Uint8Array, Uint8Array>({
            transform(chunk, controller) {
              inflated += chunk.length;
              controller.enqueue(chunk);
            },
          });
          this.readable = stream.readable.pipeThrough(count);
        }
      },
    );
    try {
      await expect(checkPng(fixture("png-bomb.png"))).rejects.toMatchObject({ fault: "too-large" });
    } finally {
      vi.unstubAllGlobals();
    }
    expect(inflated).toBeGreaterThan(3104);
    // The bomb holds 64 MiB.
    expect(inflated).toBeLessThan(8 * 2 ** 20);
  });

  test.for([
    ["png-palette-4.png", 16, null],
    ["png-palette-4.png", 17, "tRNS"],
    ["png-grey-8.png", 2, null],
    ["png-grey-8.png", 1, "tRNS"],
    ["png-rgb-8.png", 6, null],
    ["png-rgb-8.png", 5, "tRNS"],
    ["png-rgba-8.png", 2, "tRNS"],
    ["png-grey-alpha-8.png", 2, "tRNS"],
  ] as const)("%s with %i bytes of transparency", async ([name, bytes, message], { expect }) => {
    const chunks = readChunks(fixture(name));
    const at = chunks.findIndex(({ type }) => type === "IDAT");
    const png = writeChunks(chunks.toSpliced(at, 0, { type: "tRNS", data: new Uint8Array(bytes) }));
    if (message === null) await expect(checkPng(png)).resolves.toBeDefined();
    else await expect(checkPng(png)).rejects.toThrow(message);
  });

  test.for([
    [768, null],
    [771, "palette"],
    [767, "palette"],
    [0, "palette"],
  ] as const)("with a palette of %i bytes", async ([bytes, message], { expect }) => {
    const png = changed("png-palette-8.png", (type, data) =>
      type === "PLTE" ? new Uint8Array(bytes) : data,
    );
    if (message === null) await expect(checkPng(png)).resolves.toBeDefined();
    else await expect(checkPng(png)).rejects.toThrow(message);
  });
});

describe("a WebP with extended dimensions", () => {
  /** The fixture whose VP8X chunk says these sides. */
  function sized(width: number, height: number): Uint8Array {
    const bytes = fixture("webp-lossy-alpha.webp");
    const view = new DataView(bytes.buffer);
    for (const [at, side] of [
      [24, width - 1],
      [27, height - 1],
    ] as const) {
      for (let byte = 0; byte < 3; byte++) view.setUint8(at + byte, (side >> (8 * byte)) & 255);
    }
    return bytes;
  }

  test.for([
    [4096, 256],
    [256, 4096],
  ])("of %i×%i is accepted", ([width, height], { expect }) => {
    expect(() => checkWebp(sized(width!, height!))).not.toThrow();
  });

  test.for([
    [4097, 1],
    [1, 4097],
    [65_537, 1],
    [1, 65_537],
    [2 ** 24, 2 ** 24],
  ])("of %i×%i is refused by these numbers", ([width, height], { expect }) => {
    expect(() => checkWebp(sized(width!, height!))).toThrow(`declares ${width}×${height} pixels`);
  });
});
