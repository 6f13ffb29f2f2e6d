import { CONVOLUTION, MAX_POOL } from "../inference/program";
import { combine } from "./combine";
import { convolve } from "./linear";
import { maximum } from "./maximum";
import {
  HEADER_OUTPUT,
  HEADER_STEPS,
  HEADER_STEP_COUNT,
  HEADER_TENSORS,
  HEADER_TENSOR_COUNT,
  STEP_BYTES,
  STEP_OPERATION,
  TENSOR_BYTES,
  TENSOR_IS_CONSTANT,
  TENSOR_ROWS,
} from "./program";
import { boundBackward } from "./backward";
import { reachRegion, setRegion, wholeRegion } from "./region";
import { at, field, formAt, setArena, setCleanPass, setWhole } from "./state";

let network: usize = 0;

function bound(step: usize): void {
  const operation = field(step, STEP_OPERATION);
  if (operation == CONVOLUTION) convolve(step);
  else if (operation == MAX_POOL) maximum(step);
  else combine(step);
}

function firstTensor(): usize {
  return at(field(network, HEADER_TENSORS));
}

function useWholeRegions(): void {
  for (let i = 0; i < field(network, HEADER_TENSOR_COUNT); i++) {
    const tensor = firstTensor() + <usize>i * TENSOR_BYTES;
    if (field(tensor, TENSOR_IS_CONSTANT)) setRegion(tensor, 0, 0, 0, 0);
    else wholeRegion(tensor);
  }
}

/** Computes the clean values of the image whose forms the host has left, and how far executions may be from them. */
export function startBounds(arena: usize): void {
  setArena(arena);
  network = arena;
  setCleanPass(true);
  useWholeRegions();
  let step = at(field(network, HEADER_STEPS));
  for (let i = 0; i < field(network, HEADER_STEP_COUNT); i++) {
    bound(step);
    step += STEP_BYTES;
  }
  setCleanPass(false);
}

/**
 * Bounds every value that the pixel at (x, y) reaches, for the box of colours whose form the host has left.
 *
 * @param whole bounds every value of the network instead, from the forms of the whole image
 * @returns whether it reaches the labels
 */
export function boundForward(y: i32, x: i32, whole: bool): bool {
  setWhole(whole);
  if (whole) useWholeRegions();
  else setRegion(firstTensor(), y, x, 1, 1);
  let step = at(field(network, HEADER_STEPS));
  for (let i = 0; i < field(network, HEADER_STEP_COUNT); i++) {
    if (!whole) reachRegion(step);
    bound(step);
    step += STEP_BYTES;
  }
  return field(at(field(network, HEADER_OUTPUT)), TENSOR_ROWS) > 0;
}

/** Bounds the differences in the question from below; see `boundBackward`. */
export function boundDifferences(): void {
  boundBackward(network);
}

/** The address of the forms of the labels, after `boundForward`. */
export function labelForms(): usize {
  return formAt(at(field(network, HEADER_OUTPUT)), 0);
}

/** The address of the forms of the changed pixel, or in the clean pass of the whole image. */
export function pixelForms(arena: usize): usize {
  setArena(arena);
  return formAt(at(field(arena, HEADER_TENSORS)), 0);
}
