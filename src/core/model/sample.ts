/** A shipped image that can be attacked by name. */
export interface Sample {
  /** Its label and a number: `cat-3`. */
  readonly name: string;
  /** The true label. */
  readonly label: string;
  readonly png: ArrayBuffer;
  /** SHA-256 of the PNG's bytes, hexadecimal. */
  readonly sha256: string;
}
