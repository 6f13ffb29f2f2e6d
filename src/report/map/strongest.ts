/** The change with which the classifier is most certain of a wrong label. @param fooling at least one */
export function strongest<Fooling extends { readonly probability: number }>(
  fooling: readonly Fooling[],
): Fooling {
  return fooling.toSorted((a, b) => b.probability - a.probability)[0]!;
}

/** The strongest change of each pixel, in the order of the first change of each. */
export function strongestOfPixels<
  Fooling extends { readonly x: number; readonly y: number; readonly probability: number },
>(fooling: readonly Fooling[]): Fooling[] {
  const byPixel = new Map<string, Fooling>();
  for (const change of fooling) {
    const key = `${change.x} ${change.y}`;
    byPixel.set(key, strongest([byPixel.get(key) ?? change, change]));
  }
  return [...byPixel.values()];
}
