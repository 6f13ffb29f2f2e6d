import { channels, positions, samples } from "./image";
import { reserve } from "./memory";

// Renders candidates into a classifier's float tensor. Every slot of the tensor contains the image; a chunk
// patches in only its pixels, and the next chunk restores them first.

let pixels = 0;
let capacity = 0;
let tensor: usize = 0;
/** One value for each channel and byte. */
let values: usize = 0;
/** The encoded pixels of the candidates that are patched in now. */
let encoded: usize = 0;
let patched = 0;
/** Distance, in values, between neighbouring positions of one channel, and channels of one position. */
let positionStride = 0;
let channelStride = 0;

/** Reserves a tensor of at most `candidates` images, channels last or channels first. */
export function reserveTensor(candidates: i32, changedPixels: i32, channelsLast: bool): void {
  pixels = changedPixels;
  capacity = candidates;
  positionStride = channelsLast ? channels : 1;
  channelStride = channelsLast ? 1 : positions;
  tensor = reserve(candidates * positions * channels * 4);
  values = reserve(channels * 256 * 4);
  encoded = reserve(candidates * changedPixels * 8);
}

/** Address of the tensor's f32 values. */
export function tensorValues(): usize {
  return tensor;
}

/** Address of the channels × 256 table with the f32 value of each byte. */
export function byteValues(): usize {
  return values;
}

/** Address where the encoded pixels of the candidates to render are to be written. */
export function candidatesToRender(): usize {
  return encoded;
}

/** Renders the image into every slot, once its samples and the table of values are there. */
export function renderImage(): void {
  const slot = positions * channels * 4;
  for (let position = 0; position < positions; position++) restore(tensor, position);
  for (let i = 1; i < capacity; i++) memory.copy(tensor + <usize>(i * slot), tensor, slot);
}

/** Restores the image where candidates are patched in. Call it before they are overwritten. */
export function restoreImage(): void {
  for (let i = 0, at = encoded; i < patched; i++) {
    const slot = slotOf(i);
    for (let pixel = 0; pixel < pixels; pixel++, at += 8) restore(slot, load<u32>(at));
  }
  patched = 0;
}

/** Patches the first `count` candidates at candidatesToRender() into the tensor. */
export function renderCandidates(count: i32): void {
  for (let i = 0, at = encoded; i < count; i++) {
    const slot = slotOf(i);
    for (let pixel = 0; pixel < pixels; pixel++, at += 8) patch(slot, load<u32>(at), load<u32>(at, 4));
  }
  patched = count;
}

function slotOf(candidate: i32): usize {
  return tensor + <usize>(candidate * positions * channels * 4);
}

function restore(slot: usize, position: i32): void {
  const from = samples + <usize>(position * channels);
  for (let channel = 0; channel < channels; channel++) set(slot, position, channel, load<u8>(from + channel));
}

function patch(slot: usize, position: i32, colour: u32): void {
  for (let channel = channels - 1; channel >= 0; channel--, colour >>= 8) {
    set(slot, position, channel, <u8>colour);
  }
}

function set(slot: usize, position: i32, channel: i32, byte: u8): void {
  const at = position * positionStride + channel * channelStride;
  store<f32>(slot + ((<usize>at) << 2), load<f32>(values + ((<usize>((channel << 8) + <i32>byte)) << 2)));
}
