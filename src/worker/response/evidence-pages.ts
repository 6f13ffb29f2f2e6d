/**
 * Keeps the last texts that were asked for, so that what is costly is made once.
 * @param most how many; the one that was asked for longest ago goes first
 * @returns the text of a key, made by `make` where it is not kept
 */
export function keepLast(most: number) {
  const kept = new Map<string, string>();
  return async (key: string, make: () => string | Promise<string>): Promise<string> => {
    const text = kept.get(key) ?? String(await make());
    kept.delete(key);
    kept.set(key, text);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return text;
  };
}
