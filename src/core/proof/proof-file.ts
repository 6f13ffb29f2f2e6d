import { base64 } from "../image/data-url.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { sha256 as digestOf } from "../model/digest.ts";
import type { Leaf, PixelProof, ProofMethod, ProofResult } from "./result.ts";

/**
 * A proof that anybody can check (docs/proofs.md says how): what it is about, and the boxes of colours, whose union is every colour of
 * every pixel, with a bound for each.
 */
export interface ProofFile {
  readonly format: "onepixel-proof/1";
  /** SHA-256 of the ONNX file, and how an image becomes its input. */
  readonly model: { readonly sha256: string; readonly input: Classifier["manifest"]["input"] };
  /** The image in the classifier's size: SHA-256 of its samples, row by row. */
  readonly image: {
    readonly width: number;
    readonly height: number;
    readonly channels: number;
    readonly sha256: string;
  };
  /** Indices of the label, and of the target or null. */
  readonly label: number;
  readonly target: number | null;
  readonly method: ProofMethod;
  /**
   * Base64. For each pixel, in order of position, little-endian: u32 position, u32 number of boxes, then for each box the
   * first and the last value of each channel, one byte each, and the bound as f32; NaN where the classifier was asked.
   */
  readonly boxes: string;
  /** SHA-256 of the JSON of all fields above, in this order, without spaces. */
  readonly sha256: string;
}

/** The greatest 32-bit float that is not above a number. */
function roundedDown(value: number): number {
  const near = Math.fround(value);
  if (!(near > value)) return near;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, near);
  // Towards minus infinity: smaller bits of a positive number, larger ones of a negative one.
  view.setInt32(0, view.getInt32(0) + (near > 0 ? -1 : 1));
  return view.getFloat32(0);
}

function bytesOfLeaf({ low, high, bound }: Leaf): Uint8Array {
  const ends = low.flatMap((first, channel) => [first, high[channel]!]);
  const bytes = new Uint8Array(ends.length + 4);
  bytes.set(ends);
  new DataView(bytes.buffer).setFloat32(ends.length, bound === null ? Number.NaN : roundedDown(bound), true);
  return bytes;
}

function bytesOf(proofs: readonly PixelProof[]): Uint8Array {
  const parts = proofs.flatMap(({ position, leaves }) => [
    new Uint8Array(Uint32Array.of(position, leaves.length).buffer),
    ...leaves.map(bytesOfLeaf),
  ]);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The file of what is proved of an image. */
export async function proofFile(
  { method, label, target, proofs }: ProofResult,
  { manifest, sha256 }: Classifier,
  image: Raster,
): Promise<ProofFile> {
  const { width, height, channels, data } = image;
  const fields = {
    format: "onepixel-proof/1",
    model: { sha256, input: manifest.input },
    image: { width, height, channels, sha256: await digestOf(Uint8Array.from(data)) },
    label: manifest.labels.indexOf(label),
    target: target === null ? null : manifest.labels.indexOf(target),
    method,
    boxes: base64(bytesOf(proofs)),
  } as const;
  return {
    ...fields,
    sha256: await digestOf(Uint8Array.from(new TextEncoder().encode(JSON.stringify(fields)))),
  };
}
