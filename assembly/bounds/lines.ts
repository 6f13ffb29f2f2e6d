import {
  CLIP,
  ELU,
  GELU,
  HARD_SWISH,
  LEAKY_RELU,
  NONE,
  SIGMOID,
  SIGN,
  SWISH,
  TANH,
} from "../inference/program";
import { RELAXED_LOWER, RELAXED_UPPER, STEP_ACTIVATION, STEP_ALPHA, STEP_BETA } from "./program";

// Two lines that enclose an activation on [l, u]. A piece-wise linear one has a chord and a line through its kink;
// any other is enclosed by its least and greatest value.

function sigmoid(x: f64): f64 {
  return 1.0 / (1.0 + Math.exp(-x));
}

/** The normal distribution function, within 1.5e-7 (formula 7.1.26 of Abramowitz and Stegun for the error function). */
function normal(x: f64): f64 {
  const size = abs(x) * 0.7071067811865476;
  const t = 1.0 / (1.0 + 0.3275911 * size);
  const sum =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * sum * Math.exp(-size * size);
  return x < 0 ? tail : 1.0 - tail;
}

/** The activation of a step at z. */
export function activationAt(step: usize, z: f64): f64 {
  const kind = load<i32>(step + STEP_ACTIVATION);
  const alpha = load<f64>(step + STEP_ALPHA);
  if (kind == CLIP) return min(max(z, alpha), load<f64>(step + STEP_BETA));
  if (kind == LEAKY_RELU) return z < 0 ? alpha * z : z;
  if (kind == SIGMOID) return sigmoid(z);
  if (kind == HARD_SWISH) return z * min(max(z / 6.0 + 0.5, 0.0), 1.0);
  if (kind == SWISH) return z * sigmoid(alpha * z);
  if (kind == GELU) return z * normal(z);
  if (kind == TANH) return 2.0 * sigmoid(2.0 * z) - 1.0;
  if (kind == ELU) return z < 0 ? alpha * (Math.exp(z) - 1.0) : z;
  if (kind == SIGN) return z > 0 ? 1.0 : z < 0 ? -1.0 : 0.0;
  return z;
}

/** How much steeper than 1 an activation may be, at least 1: a bound on its slope everywhere, without SIGN. */
export function steepness(step: usize): f64 {
  const kind = load<i32>(step + STEP_ACTIVATION);
  if (kind == HARD_SWISH) return 1.5;
  if (kind == SWISH || kind == GELU) return 1.2;
  if (kind == LEAKY_RELU || kind == ELU) return max(1.0, abs(load<f64>(step + STEP_ALPHA)));
  return 1.0;
}

/** How far an execution in 32 bits may be from an activation of z itself: libraries approximate those with exponentials. */
export function evaluationError(step: usize, z: f64): f64 {
  const kind = load<i32>(step + STEP_ACTIVATION);
  if (kind == NONE || kind == CLIP || kind == SIGN) return 0.0;
  return 3.814697265625e-6 * max(1.0, abs(z)); // 2^-18
}

/** Of the activation last relaxed: it is slope × z plus something from low to high. */
export let slope: f64 = 0;
export let low: f64 = 0;
export let high: f64 = 0;

function between(ofSlope: f64, ofLow: f64, ofHigh: f64): void {
  slope = ofSlope;
  low = ofLow;
  high = ofHigh;
}

function lines(at: usize, lowerSlope: f64, lowerShift: f64, upperSlope: f64, upperShift: f64): void {
  store<f64>(at + RELAXED_LOWER, lowerSlope);
  store<f64>(at + RELAXED_LOWER + 8, lowerShift);
  store<f64>(at + RELAXED_UPPER, upperSlope);
  store<f64>(at + RELAXED_UPPER + 8, upperShift);
}

/** The activation is one line on all of [l, u]. */
function exactly(at: usize, ofSlope: f64, shift: f64): void {
  lines(at, ofSlope, shift, ofSlope, shift);
  between(ofSlope, shift, shift);
}

/** From l to `place` the slope is `before`, from there to u it is 1, not less; the value at the kink is `value`. */
function rising(at: usize, before: f64, place: f64, value: f64, l: f64, u: f64): void {
  const chord = (u - place + before * (place - l)) / (u - l);
  const lower = u - place > place - l ? 1.0 : before;
  const upperShift = value + (u - place) - chord * u;
  lines(at, lower, value - lower * place, chord, upperShift);
  between(chord, value - chord * place, upperShift);
}

/** From l to `place` the slope is 1, then 0; the value at the kink is `place` itself. */
function flattening(at: usize, place: f64, l: f64, u: f64): void {
  const chord = (place - l) / (u - l);
  const upper = place - l > u - place ? 1.0 : 0.0;
  lines(at, chord, place - chord * u, upper, place - upper * place);
  between(chord, place - chord * u, place - chord * place);
}

function clip(at: usize, alpha: f64, beta: f64, l: f64, u: f64): void {
  if (l >= alpha && u <= beta) return exactly(at, 1.0, 0.0);
  if (u <= alpha) return exactly(at, 0.0, alpha);
  if (l >= beta) return exactly(at, 0.0, beta);
  if (u <= beta) return rising(at, 0.0, alpha, alpha, l, u);
  if (l >= alpha) return flattening(at, beta, l, u);
  lines(at, 0.0, alpha, 0.0, beta);
  between(0.0, alpha, beta);
}

/** The least value of an activation that falls and then rises, a little lower. */
function leastOf(step: usize, kind: i32): f64 {
  if (kind == HARD_SWISH) return -0.375;
  if (kind == GELU) return -0.16998;
  return -0.278465 / abs(load<f64>(step + STEP_ALPHA));
}

/** Writes the lines of a step's activation on [l, u] to the relaxation at `at`. */
export function relax(step: usize, at: usize, l: f64, u: f64): void {
  const kind = load<i32>(step + STEP_ACTIVATION);
  const alpha = load<f64>(step + STEP_ALPHA);
  if (kind == NONE) return exactly(at, 1.0, 0.0);
  if (kind == CLIP) return clip(at, alpha, load<f64>(step + STEP_BETA), l, u);
  if (kind == LEAKY_RELU && alpha >= 0.0 && alpha <= 1.0) {
    if (l >= 0.0) return exactly(at, 1.0, 0.0);
    if (u <= 0.0) return exactly(at, alpha, 0.0);
    return rising(at, alpha, 0.0, 0.0, l, u);
  }
  const atL = activationAt(step, l);
  const atU = activationAt(step, u);
  let least = min(atL, atU);
  let most = max(atL, atU);
  if (kind == LEAKY_RELU || kind == ELU) {
    // With a negative factor the least or greatest value may be at zero.
    if (l < 0.0 && u > 0.0) {
      least = min(least, 0.0);
      most = max(most, 0.0);
    }
    if (kind == ELU && alpha < 0.0 && l < 0.0) most = max(most, -alpha);
  }
  if (kind == HARD_SWISH || kind == GELU || kind == SWISH) least = leastFrom(step, kind, l, u, least);
  if (kind == SWISH && alpha <= 0.0) {
    const size = max(abs(l), abs(u));
    least = -size;
    most = size;
  }
  const error = max(evaluationError(step, l), evaluationError(step, u));
  lines(at, 0.0, least - error, 0.0, most + error);
  between(0.0, least - error, most + error);
}

/** The least value on [l, u] of an activation that falls up to between −3 and 0, and then rises. */
function leastFrom(step: usize, kind: i32, l: f64, u: f64, atEnds: f64): f64 {
  if (l >= 0.0) return atEnds;
  return min(atEnds, leastOf(step, kind));
}
