import * as program from "../../../../assembly/inference/program.ts";
import type { Layer } from "../layer.ts";

/** What a layer's records are like. */
export interface RecordShape {
  /** Bytes of a record, and of the values in it. */
  readonly record: number;
  readonly values: number;
  /** Whether a list of nonzero channels follows the values. */
  readonly isListed: boolean;
}

/** Bytes of an entry of a list. */
function entryOf(channels: number): number {
  if (channels <= program.LIST_OF_BYTES) return 1;
  return channels <= program.LIST_OF_HALVES ? 2 : 4;
}

/** The records of each layer: with lists where a convolution reads them. */
export function recordsOf(layers: readonly Layer[]): ReadonlyMap<Layer, RecordShape> {
  const listed = new Set(
    layers.flatMap(({ operation, inputs }) => (operation === "convolution" ? inputs : [])),
  );
  return new Map(
    layers.map((layer) => {
      const { channels } = layer.shape;
      const isListed = listed.has(layer);
      const values = Math.ceil(channels / 4) * 16;
      // One entry more than channels: the kernel writes an entry before it knows whether to keep it.
      const list = isListed ? program.LIST_HEADER + (channels + 1) * entryOf(channels) : 0;
      return [layer, { record: Math.ceil((values + list) / 4) * 4, values, isListed }];
    }),
  );
}
