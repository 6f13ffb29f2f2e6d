/** When the records of a layer are needed, and where they can lie meanwhile. */
import type { Layer } from "../layer.ts";
import { holds, type Region } from "../regions.ts";

/** Memory that is needed from one step to another, both included. */
export interface Need {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** The layers that read each one. */
export function readersOf(layers: readonly Layer[]): ReadonlyMap<Layer, readonly Layer[]> {
  const readers = new Map<Layer, Layer[]>(layers.map((layer) => [layer, []]));
  for (const layer of layers) for (const input of layer.inputs) readers.get(input)!.push(layer);
  return readers;
}

/** Whether a query may read a position of `input` that it has not computed, when it computes `reader`. */
function readsClean(reader: Layer, input: Layer, regions: ReadonlyMap<Layer, Region>): boolean {
  const { operation, window, weights } = reader;
  if (window !== undefined) return window.kernelHeight > 1 || window.kernelWidth > 1;
  // A resize that interpolates reads two rows or columns; the nearest pixel is one.
  if (operation === "resize") return weights.some((part, i) => i % 3 === 2 && part > 0);
  if (reader.inputs.length === 1) return false;
  const region = regions.get(input)!;
  return !(region.isExact && holds(region, regions.get(reader)!));
}

/** The layers whose clean records must outlast the clean pass: those that queries read, the image and the output. */
export function keptOf(layers: readonly Layer[], regions: ReadonlyMap<Layer, Region>): ReadonlySet<Layer> {
  const readers = readersOf(layers);
  return new Set(
    layers.filter((layer) => {
      const { operation, shape } = layer;
      // The image's own bytes lie in the pool when its records are made. A vector takes too little to be worth a thought.
      if (operation === "image" || operation === "constant" || shape.height * shape.width === 1) return true;
      return readers.get(layer)!.some((reader) => readsClean(reader, layer, regions));
    }),
  );
}

/** The steps during which each layer's records are needed: from its own to its last reader's. */
export function livesOf(layers: readonly Layer[]): ReadonlyMap<Layer, Omit<Need, "bytes">> {
  const readers = readersOf(layers);
  const steps = new Map(layers.map((layer, i) => [layer, i]));
  return new Map(
    layers.map((layer, first) => {
      const reads = readers.get(layer)!.map((reader) => steps.get(reader)!);
      // What nothing reads is the output, which the host reads in the end.
      return [layer, { first, last: reads.length === 0 ? layers.length : Math.max(...reads) }];
    }),
  );
}

/**
 * Places needs in one block so that no two overlap in time and space: the largest first, each as low as it fits.
 * @returns the offset of each, and the size of the block
 */
export function share(needs: readonly Need[]): {
  readonly offsets: readonly number[];
  readonly bytes: number;
} {
  const offsets = needs.map(() => 0);
  const order = [...needs.keys()].sort((a, b) => needs[b]!.bytes - needs[a]!.bytes);
  const placed: number[] = [];
  let bytes = 0;
  for (const i of order) {
    const need = needs[i]!;
    const others = placed.filter((j) => needs[j]!.first <= need.last && need.first <= needs[j]!.last);
    let offset = 0;
    for (const j of others.sort((a, b) => offsets[a]! - offsets[b]!)) {
      if (offset + need.bytes <= offsets[j]!) break;
      offset = Math.max(offset, offsets[j]! + Math.ceil(needs[j]!.bytes / 16) * 16);
    }
    offsets[i] = offset;
    placed.push(i);
    bytes = Math.max(bytes, offset + need.bytes);
  }
  return { offsets, bytes };
}
