/** How much compressed data is passed at a time: it expands to at most 1,032 times as much. */
const SLICE = 4096;

/**
 * Decompresses a zlib stream (RFC 1950) piece by piece; if the consumer stops early, the rest is not
 * decompressed.
 * @throws {TypeError} when the stream is damaged, truncated or followed by something else
 */
export async function* inflate(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const writing = (async () => {
    for (const part of parts) {
      for (let at = 0; at < part.length; at += SLICE) await writer.write(part.slice(at, at + SLICE));
    }
    await writer.close();
  })();
  // A write error also fails the read, which reports it.
  writing.catch(() => {});
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
