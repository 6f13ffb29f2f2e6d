/**
 * A chunk of candidates. Each candidate is `pixels` changed pixels, each encoded as two u32: its position
 * `y × width + x`, and its colour `r << 16 | g << 8 | b` (for a greyscale image the grey value alone).
 * Pixels are in ascending order of position. If a search proposed one position twice, both entries have the
 * later colour, so a set of changed pixels has exactly one encoding.
 */
export interface Candidates {
  readonly count: number;
  /** The number k of changed pixels of each candidate. */
  readonly pixels: number;
  /** The encoded pixels, count × pixels × 2; a view that is valid until the next `ask`. */
  readonly encoded: Uint32Array;
}

/** The encoded pixels of the candidate at `index`; a view. */
export function encodedAt({ encoded, pixels }: Candidates, index: number): Uint32Array {
  return encoded.subarray(index * pixels * 2, (index + 1) * pixels * 2);
}
