/** Allocates the memory of a plan during layout. Everything in it is 16-byte aligned. */
export interface Arena {
  /** Bytes allocated so far. */
  readonly bytes: number;
  /**
   * Allocates zeroed memory.
   * @returns its offset
   */
  reserve(bytes: number): number;
  /** Allocates memory with initial values. */
  put(values: Int32Array | Float32Array | Float64Array): number;
  /** Sets the initial values of reserved memory. */
  fill(offset: number, values: Int32Array | Float32Array | Float64Array): void;
  /** The memory up to the last value in it. */
  content(): Uint8Array;
}

export function createArena(): Arena {
  const pieces: { readonly offset: number; readonly values: Int32Array | Float32Array | Float64Array }[] = [];
  let used = 0;
  const arena: Arena = {
    get bytes() {
      return used;
    },
    reserve(bytes) {
      const offset = used;
      used = Math.ceil((offset + bytes) / 16) * 16;
      return offset;
    },
    put(values) {
      const offset = arena.reserve(values.byteLength);
      arena.fill(offset, values);
      return offset;
    },
    fill(offset, values) {
      pieces.push({ offset, values });
    },
    content() {
      const bytes = Math.max(...pieces.map(({ offset, values }) => offset + values.byteLength));
      const content = new Uint8Array(bytes);
      for (const { offset, values } of pieces) {
        content.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
      }
      return content;
    },
  };
  return arena;
}
