/** The i32 fields of a header, tensor or step, by their offsets in it. */
export type Fields = Readonly<Record<number, number>>;

export function encode(bytes: number, fields: Fields): Int32Array {
  const words = new Int32Array(bytes / 4);
  for (const [offset, value] of Object.entries(fields)) words[Number(offset) / 4] = value;
  return words;
}

/** The bits of an f32 field. */
export function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0]!;
}
