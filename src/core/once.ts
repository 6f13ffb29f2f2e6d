/**
 * What `make` resolves to, made at the first call and kept. Calls meanwhile share it; where it fails, the next call makes it
 * again.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
