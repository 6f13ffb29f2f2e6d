import * as v from "valibot";
import { sha256 as digestOf } from "../../model/digest.ts";
import type { ProofFile } from "../proof-file.ts";
import type { Box } from "./bounds/bounds.ts";
import { Refused } from "./refused.ts";

/** A box of the file; its bound is NaN where the classifier was asked. */
export interface ClaimedBox extends Box {
  readonly bound: number;
}

/** The boxes of a pixel. */
export interface ClaimedPixel {
  readonly position: number;
  readonly boxes: readonly ClaimedBox[];
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const schema = v.strictObject({
  format: v.literal("onepixel-proof/1"),
  model: v.strictObject({
    sha256: digest,
    input: v.strictObject({
      width: whole,
      height: whole,
      channels: v.picklist([1, 3]),
      layout: v.picklist(["NCHW", "NHWC"]),
      scale: v.number(),
      mean: v.array(v.number()),
      std: v.array(v.number()),
    }),
  }),
  image: v.strictObject({ width: whole, height: whole, channels: whole, sha256: digest }),
  label: whole,
  target: v.nullable(whole),
  method: v.picklist(["bounds", "enumeration"]),
  boxes: v.string(),
  sha256: digest,
});

/**
 * Checks that a parsed JSON file has the fields of a proof, and the digest that it says.
 * @throws Refused
 */
export async function readProof(file: unknown): Promise<ProofFile> {
  const { success, issues } = v.safeParse(schema, file);
  if (!success) {
    const [issue] = issues;
    const field = v.getDotPath(issue);
    throw new Refused(
      field === null
        ? "The file is not a proof: it is not an object of its fields."
        : `The file is not a proof: its field "${field}" is missing, unknown or not of its kind.`,
    );
  }
  // Checked above; the order of the fields inside is that of the file, since the digest depends on it.
  const proof = file as ProofFile;
  const { format, model, image, label, target, method, boxes } = proof;
  const text = JSON.stringify({ format, model, image, label, target, method, boxes });
  if ((await digestOf(Uint8Array.from(new TextEncoder().encode(text)))) !== proof.sha256) {
    throw new Refused("The file's digest is not that of its fields: it was changed or damaged.");
  }
  return proof;
}

function bytesOf(base64: string): Uint8Array {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw new Refused("The boxes are not base64, or are cut off.");
  }
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * The boxes of a file, pixel by pixel.
 * @throws Refused if they are damaged
 */
export function readBoxes({ boxes, image }: ProofFile): ClaimedPixel[] {
  const bytes = bytesOf(boxes);
  const view = new DataView(bytes.buffer);
  const { channels } = image;
  const each = channels * 2 + 4;
  const pixels: ClaimedPixel[] = [];
  const need = (count: number) => {
    if (at + count > bytes.length) throw new Refused("The boxes are cut off.");
  };
  let at = 0;
  while (at < bytes.length) {
    need(8);
    const position = view.getUint32(at, true);
    const count = view.getUint32(at + 4, true);
    at += 8;
    need(count * each);
    const list: ClaimedBox[] = [];
    for (let i = 0; i < count; i++, at += each) {
      const ends = Array.from({ length: channels }, (_, channel) => at + channel * 2);
      list.push({
        low: ends.map((end) => bytes[end]!),
        high: ends.map((end) => bytes[end + 1]!),
        bound: view.getFloat32(at + channels * 2, true),
      });
    }
    pixels.push({ position, boxes: list });
  }
  return pixels;
}
