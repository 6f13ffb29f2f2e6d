import {
  HEADER_LANES,
  HEADER_OTHER_LANES,
  HEADER_TENSOR_COUNT,
  HEADER_TENSORS,
  TENSOR_BYTES,
  TENSOR_DIRTY,
  TENSOR_LANE_ROOM,
  TENSOR_LANE_TABLES,
  TENSOR_POSITIONS,
  TENSOR_RECORD,
  TENSOR_TABLE,
  TENSOR_TABLE_LENGTH,
} from "./program";
import { field, follow, initialise, release } from "./state";

/** Bytes from a tensor of the first lane to that of the lane in use. */
export let lane: usize = 0;

let tensorCount = 0;
let tensors: usize = 0;
let otherLanes: usize = 0;

/** Takes the tensors of lane `i` into use. */
export function useLane(i: i32): void {
  lane = i == 0 ? 0 : otherLanes - tensors + (i - 1) * tensorCount * TENSOR_BYTES;
}

/** Takes the first lane of a plan into use. */
export function openLanes(header: usize): void {
  tensorCount = field(header, HEADER_TENSOR_COUNT);
  tensors = follow(header, HEADER_TENSORS);
  otherLanes = follow(header, HEADER_OTHER_LANES);
  useLane(0);
}

/** Tensor `i` of the lane in use. */
export function tensorAt(i: i32): usize {
  return tensors + i * TENSOR_BYTES + lane;
}

function move(tensor: usize, name: i32, bytes: i32): void {
  store<i32>(tensor + name, field(tensor, name) + bytes);
}

/** Makes the other lanes from the first, after the clean pass. */
export function addLanes(header: usize): void {
  for (let i = 1; i < field(header, HEADER_LANES); i++) {
    useLane(i);
    memory.copy(tensors + lane, tensors, tensorCount * TENSOR_BYTES);
    for (let j = 0; j < tensorCount; j++) {
      const tensor = tensorAt(j);
      const room = field(tensor, TENSOR_LANE_ROOM);
      if (room == 0) continue;
      const table = ((i - 1) * field(tensor, TENSOR_TABLE_LENGTH)) << 2;
      store<i32>(tensor + TENSOR_TABLE, field(tensor, TENSOR_LANE_TABLES) + table);
      move(tensor, TENSOR_DIRTY, i * room * field(tensor, TENSOR_RECORD));
      move(tensor, TENSOR_POSITIONS, (i * room) << 2);
      initialise(tensor);
      release(tensor);
    }
  }
}
