/**
 * A chunk of candidates. Each candidate is `pixels` changed pixels, each pixel two words:
 * its position `y × width + x`, and its colour `r << 16 | g << 8 | b` (for a greyscale image the
 * grey value alone). Pixels stand in ascending order of position; where a search proposed one
 * position twice, the later colour stands in both places, so that a set of changed pixels has
 * exactly one spelling.
 */
export interface Candidates {
  readonly count: number;
  /** The number k of changed pixels of each candidate. */
  readonly pixels: number;
  /** count × pixels × 2 words; a view that is valid until the next `ask`. */
  readonly words: Uint32Array;
}
