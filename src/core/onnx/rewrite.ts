/**
 * Rewrites some fields of an encoded protobuf message and keeps all others, including unknown ones, byte
 * for byte.
 */
import { PbfReader } from "pbf";
import { ModelFileError } from "./error.ts";

const LENGTH_DELIMITED = 2;
const NOTHING = new Uint8Array();

/** An encoded message in pieces, so that large values are copied only once. */
export type Parts = readonly Uint8Array[];

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}

/** A field with bytes, a string or a message. */
export function lengthDelimited(field: number, content: Parts): Parts {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return [varint(field * 8 + LENGTH_DELIMITED), varint(length), ...content];
}

/**
 * @param change returns the replacement of a field, or null to keep it; `value` is empty unless the field
 * has bytes, a string or a message
 * @throws {ModelFileError} if the message ends in the middle of a field
 */
export function rewrite(
  message: Uint8Array,
  change: (field: number, value: Uint8Array) => Parts | null,
): Parts {
  const pbf = new PbfReader(message);
  const parts: Uint8Array[] = [];
  while (pbf.pos < pbf.length) {
    const start = pbf.pos;
    const field = pbf.nextField();
    let value: Uint8Array = NOTHING;
    if (pbf.type === LENGTH_DELIMITED) value = pbf.readBytes();
    else pbf.skip(pbf.type);
    if (pbf.pos > pbf.length) throw new ModelFileError("The file ends in the middle of a message.");
    parts.push(...(change(field, value) ?? [message.subarray(start, pbf.pos)]));
  }
  return parts;
}

/** The encoded message in one piece. */
export function join(parts: Parts): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
