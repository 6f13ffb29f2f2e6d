import * as program from "../../../../assembly/inference/program.ts";
import type { PlanRoom } from "../../kernel/plan.ts";
import { type Layer, sizeOf } from "../layer.ts";
import { mostTouched, type Region } from "../regions.ts";
import { livesOf, share } from "./lifetimes.ts";
import type { RecordShape } from "./records.ts";

const positionsOf = ({ shape }: Layer): number => shape.height * shape.width;
const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** What a layer's dirty records take; it holds no weights, so that these are not kept for it. */
interface Touched {
  /** Where the layer's tensor stands. */
  readonly tensor: number;
  readonly record: number;
  readonly positions: number;
  /** The most positions that one changed pixel touches. */
  readonly onePixel: number;
  /** The steps from which and to which its records are needed. */
  readonly first: number;
  readonly last: number;
}

/** A network whose fixed part is laid out. */
export interface LaidOut {
  readonly touched: readonly Touched[];
  /** Where the pool begins, and what the clean pass needs of it. */
  readonly pool: number;
  readonly cleanPool: number;
}

/** What `roomOf` needs to know of layers. */
export function touchedOf(
  layers: readonly Layer[],
  regions: ReadonlyMap<Layer, Region>,
  records: ReadonlyMap<Layer, RecordShape>,
  tensors: ReadonlyMap<Layer, number>,
): Touched[] {
  const lives = livesOf(layers);
  return layers
    .filter(({ operation }) => operation !== "constant")
    .map((layer) => ({
      tensor: tensors.get(layer)!,
      record: records.get(layer)!.record,
      positions: positionsOf(layer),
      onePixel: mostTouched(regions.get(layer)!),
      ...lives.get(layer)!,
    }));
}

/** The part of the pool that the clean pass needs: records that no query reads again, and at first the image's bytes. */
export function cleanPoolOf(
  layers: readonly Layer[],
  kept: ReadonlySet<Layer>,
  records: ReadonlyMap<Layer, RecordShape>,
): { readonly offsets: ReadonlyMap<Layer, number>; readonly bytes: number } {
  const lives = livesOf(layers);
  const released = layers.filter((layer) => !kept.has(layer));
  const { offsets, bytes } = share(
    released.map((layer) => ({
      bytes: positionsOf(layer) * records.get(layer)!.record,
      ...lives.get(layer)!,
    })),
  );
  return {
    offsets: new Map(released.map((layer, i) => [layer, offsets[i]!])),
    bytes: Math.max(bytes, sizeOf(layers[0]!.shape)),
  };
}

/** What queries of `pixels` changed pixels need beyond the fixed part. */
export function roomOf({ touched, pool, cleanPool }: LaidOut, pixels: number): PlanRoom {
  const counts = touched.map(({ positions, onePixel }) => Math.min(positions, onePixel * pixels));
  const dirty = share(
    touched.map(({ record, first, last }, i) => ({ bytes: counts[i]! * record, first, last })),
  );
  let end = pool + aligned(Math.max(cleanPool, dirty.bytes));
  const fields = touched.flatMap(({ tensor }, i) => {
    const positions = end;
    end += aligned(counts[i]! * 4);
    return [
      [tensor + program.TENSOR_DIRTY, pool + dirty.offsets[i]!],
      [tensor + program.TENSOR_POSITIONS, positions],
    ] as const;
  });
  const candidateOffset = end;
  end += aligned(pixels * 8);
  return { bytes: end, candidateOffset, fields: [...fields, [program.HEADER_CANDIDATE, candidateOffset]] };
}
