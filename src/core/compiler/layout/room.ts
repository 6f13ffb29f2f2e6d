import * as program from "../../../../assembly/inference/program.ts";
import type { PlanRoom } from "../../kernel/plan.ts";
import { type Layer, sizeOf } from "../layer.ts";
import { isOwn, type Lanes, lanesOf, oneLane } from "./lanes.ts";
import { livesOf, share } from "./lifetimes.ts";
import type { RecordShape } from "./records.ts";
import type { Touched } from "./touched.ts";

/** Most memory that one attack's inference may take, of the 96 MiB that a kernel may have. */
export const MOST_BYTES = 64 * 2 ** 20;

const positionsOf = ({ shape }: Layer): number => shape.height * shape.width;
const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** A network whose fixed part is laid out. */
export interface LaidOut {
  readonly touched: readonly Touched[];
  /** Where the pool begins, and what the clean pass needs of it. */
  readonly pool: number;
  readonly cleanPool: number;
  /** All tensors, constants included. */
  readonly tensorCount: number;
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

/** What queries of `pixels` changed pixels need beyond the fixed part, with these lanes. */
function roomWith(
  { touched, pool, cleanPool, tensorCount }: LaidOut,
  pixels: number,
  counts: readonly number[],
  lanes: Lanes,
): PlanRoom {
  const own = touched.map((each) => isOwn(each, touched, lanes));
  const dirty = share(
    touched.map(({ record, first, last }, i) => ({
      bytes: counts[i]! * record * (own[i] ? lanes.count : 1),
      // What a joint step reads waits until every lane has come so far.
      first: own[i] && i < lanes.first ? 0 : first,
      last,
    })),
  );
  let end = pool + aligned(Math.max(cleanPool, dirty.bytes));
  const reserve = (bytes: number): number => {
    const offset = end;
    end += aligned(bytes);
    return offset;
  };
  const fields = touched.flatMap(({ tensor, table }, i): (readonly [number, number])[] => [
    [tensor + program.TENSOR_DIRTY, pool + dirty.offsets[i]!],
    [tensor + program.TENSOR_POSITIONS, reserve(counts[i]! * 4 * (own[i] ? lanes.count : 1))],
    [tensor + program.TENSOR_LANE_ROOM, own[i] ? counts[i]! : 0],
    [tensor + program.TENSOR_LANE_TABLES, own[i] ? reserve((lanes.count - 1) * table * 4) : 0],
  ]);
  const otherLanes = reserve((lanes.count - 1) * tensorCount * program.TENSOR_BYTES);
  const candidatesOffset = reserve(lanes.count * pixels * 8);
  const header = [
    [program.HEADER_CANDIDATES, candidatesOffset],
    [program.HEADER_LANES, lanes.count],
    [program.HEADER_OTHER_LANES, otherLanes],
    // The image, the first of what is touched, has no step.
    [program.HEADER_JOINT, lanes.first - 1],
  ] as const;
  return { bytes: end, lanes: lanes.count, candidatesOffset, fields: [...fields, ...header] };
}

/** What queries of `pixels` changed pixels need beyond the fixed part. */
export function roomOf(laidOut: LaidOut, pixels: number): PlanRoom {
  const { touched } = laidOut;
  const counts = touched.map(({ positions, onePixel }) => Math.min(positions, onePixel * pixels));
  const room = roomWith(laidOut, pixels, counts, lanesOf(touched, counts));
  return room.bytes <= MOST_BYTES ? room : roomWith(laidOut, pixels, counts, oneLane(touched));
}
