import type { Layer } from "../layer.ts";
import { mostTouched, type Region } from "../regions.ts";
import { livesOf } from "./lifetimes.ts";
import type { RecordShape } from "./records.ts";

/** What queries need of a layer; it holds no weights, so that these are not kept for it. */
export interface Touched {
  /** Where the layer's tensor stands. */
  readonly tensor: number;
  readonly record: number;
  readonly positions: number;
  /** The most positions that one changed pixel touches. */
  readonly onePixel: number;
  /** The steps from which and to which its records are needed. */
  readonly first: number;
  readonly last: number;
  /** Bytes of the weights of its step, if that is a convolution. */
  readonly weights: number;
  /** Entries of its address table. */
  readonly table: number;
}

/** What queries need of each layer that is not constant, the image first. */
export function touchedOf(
  layers: readonly Layer[],
  regions: ReadonlyMap<Layer, Region>,
  records: ReadonlyMap<Layer, RecordShape>,
  tensors: ReadonlyMap<Layer, number>,
  tables: ReadonlyMap<Layer, number>,
): Touched[] {
  const lives = livesOf(layers);
  return layers
    .filter(({ operation }) => operation !== "constant")
    .map((layer) => ({
      tensor: tensors.get(layer)!,
      record: records.get(layer)!.record,
      positions: layer.shape.height * layer.shape.width,
      onePixel: mostTouched(regions.get(layer)!),
      weights: layer.operation === "convolution" ? layer.weights.byteLength : 0,
      table: tables.get(layer)!,
      ...lives.get(layer)!,
    }));
}
