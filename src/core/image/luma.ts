/**
 * The luma of ITU-R BT.601, as Pillow's mode `L` computes it: (19595 R + 38470 G + 7471 B + 32768) >> 16.
 * @param r red, 0…255, as are green and blue
 * @returns 0…255; a grey stays the same
 */
export function luma(r: number, g: number, b: number): number {
  return (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
}
