import { reserve } from "./memory";

// The image under attack: its shape, and its bytes as height × width × channels. Set once.

export let width = 0;
export let height = 0;
/** 3 for RGB, 1 for greyscale. */
export let channels = 0;
/** The number of positions, width × height. */
export let positions = 0;
/** Address of the 8-bit samples. */
export let samples: usize = 0;

/** Reserves the image and returns the address for its samples. */
export function reserveImage(imageWidth: i32, imageHeight: i32, imageChannels: i32): usize {
  width = imageWidth;
  height = imageHeight;
  channels = imageChannels;
  positions = imageWidth * imageHeight;
  samples = reserve(positions * imageChannels);
  return samples;
}
