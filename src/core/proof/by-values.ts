import type { Found } from "./asker.ts";
import type { Decided, Decision } from "./decision.ts";
import type { PixelProof, ProofStop } from "./result.ts";

const VALUES = 256;

/** Decides each pixel of a greyscale image by asking the classifier about every other grey value. */
export async function decideByValues({ asker, context, signalled }: Decision): Promise<Decided> {
  const { image, settings, signal, onProgress, pause } = context;
  const total = settings.end - settings.first;
  const proofs: PixelProof[] = [];
  let stopped: ProofStop | null = null;
  let found: Found | null = null;
  for (let position = settings.first; position < settings.end; position++) {
    const others = Array.from({ length: VALUES }, (_, value) => [value]).filter(
      ([value]) => value !== image.data[position],
    );
    if (asker.queries + others.length > settings.budget) stopped = "queries";
    if (stopped !== null) break;
    ({ found } = await asker.ask(position, others));
    if (found !== null) break;
    proofs.push({ position, leaves: [{ low: [0], high: [VALUES - 1], bound: null }] });
    await onProgress?.({ boxes: 0, queries: asker.queries, proved: proofs.length, total });
    await pause?.();
    if (signal?.aborted) stopped = "aborted";
    else if (signalled()) stopped = "cpu-limit";
  }
  return { found, proofs, boxes: 0, asked: 0, stopped };
}
