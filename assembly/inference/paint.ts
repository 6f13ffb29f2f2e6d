import { batchDirty, batchRows, count } from "./batch";
import { activateAndList } from "./finish";
import { lane } from "./lanes";
import {
  HEADER_CANDIDATES,
  HEADER_COLOURS,
  HEADER_INPUT,
  HEADER_POOL,
  NONE,
  TENSOR_CHANNELS,
  TENSOR_COUNT,
  TENSOR_HEIGHT,
  TENSOR_PITCH,
  TENSOR_WIDTH,
} from "./program";
import { field, follow, mark, originOf } from "./state";

// What the network's first tensor holds: the image, and a candidate's pixels over it.

/** Writes the image, whose bytes lie in the pool row by row. */
export function paintImage(header: usize): void {
  const image = follow(header, HEADER_INPUT);
  const height = field(image, TENSOR_HEIGHT);
  const width = field(image, TENSOR_WIDTH);
  const channels = field(image, TENSOR_CHANNELS);
  const colours = follow(header, HEADER_COLOURS);
  let sample = follow(header, HEADER_POOL);
  for (let y = 0; y < height; y++) {
    const row = originOf(image) + y * field(image, TENSOR_PITCH);
    for (let x = 0; x < width; x++) {
      const record = load<usize>(row + (x << 2));
      for (let channel = 0; channel < channels; channel++) {
        const byte = <i32>load<u8>(sample++);
        store<f32>(record + (channel << 2), load<f32>(colours + (((channel << 8) + byte) << 2)));
      }
    }
  }
  for (let y = 0; y < height; ) {
    y = batchRows(image, y, height);
    activateAndList(image, NONE, 0, 0);
  }
}

/** Marks the pixels of the candidate of the lane in use, which is at index `i` of the room, and writes their values. */
export function paint(header: usize, i: i32, pixels: i32): void {
  const image = follow(header, HEADER_INPUT) + lane;
  const width = field(image, TENSOR_WIDTH);
  const channels = field(image, TENSOR_CHANNELS);
  const colours = follow(header, HEADER_COLOURS);
  let encoded = follow(header, HEADER_CANDIDATES) + i * (pixels << 3);
  for (const end = encoded + (pixels << 3); encoded < end; encoded += 8) {
    const position = load<i32>(encoded);
    const colour = load<i32>(encoded, 4);
    const y = position / width;
    const x = position - y * width;
    mark(image, y, x);
    const record = load<usize>(originOf(image) + y * field(image, TENSOR_PITCH) + (x << 2));
    for (let channel = 0; channel < channels; channel++) {
      const byte = (colour >> ((channels - 1 - channel) << 3)) & 255;
      const value = load<f32>(colours + (((channel << 8) + byte) << 2));
      store<f32>(record + (channel << 2), value);
    }
  }
  const total = field(image, TENSOR_COUNT);
  for (let first = 0; first < total; first += count) {
    batchDirty(image, first);
    activateAndList(image, NONE, 0, 0);
  }
}
