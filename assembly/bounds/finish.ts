import {
  CLEAN_X,
  CLEAN_X_ERROR,
  CLEAN_Z,
  CLEAN_Z_ERROR,
  FORM_A,
  FORM_C,
  FORM_E,
  FORM_M,
  RELAXED_CENTRE,
  RELAXED_LOWER,
  RELAXED_REST,
  RELAXED_SOURCE,
  RELAXED_SPREAD,
  RELAXED_UPPER,
} from "./program";
import { CLIP, SIGN } from "../inference/program";
import { STEP_ACTIVATION } from "./program";
import { activationAt, evaluationError, high, low, relax, slope, steepness } from "./lines";
import { isCleanPass } from "./state";

// The sum that a step has made of its inputs' forms. In the clean pass c is z itself.
export let sumC: f64 = 0;
export let sumA1: f64 = 0;
export let sumA2: f64 = 0;
export let sumA3: f64 = 0;
export let sumE: f64 = 0;
export let sumM: f64 = 0;

export function setSum(c: f64, a1: f64, a2: f64, a3: f64, e: f64, m: f64): void {
  sumC = c;
  sumA1 = a1;
  sumA2 = a2;
  sumA3 = a3;
  sumE = e;
  sumM = m;
}

/** Adds a form times a weight. */
export function addForm(form: usize, weight: f64): void {
  const size = abs(weight);
  sumC += weight * load<f64>(form + FORM_C);
  sumA1 += weight * load<f64>(form + FORM_A);
  sumA2 += weight * load<f64>(form + FORM_A + 8);
  sumA3 += weight * load<f64>(form + FORM_A + 16);
  sumE += size * load<f64>(form + FORM_E);
  sumM += size * load<f64>(form + FORM_M);
}

/** Larger than what the sums and products of one value can lose in 64 bits. */
const SLACK: f64 = 9.094947017729282e-13; // 2^-40

/** Moves the lines of a relaxation apart by what they may have lost, unless they are z itself or a constant. */
function widen(relaxed: usize, loss: f64): void {
  const lower = load<f64>(relaxed + RELAXED_LOWER);
  if ((lower == 0.0 || lower == 1.0) && low == high) return;
  store<f64>(relaxed + RELAXED_LOWER + 8, load<f64>(relaxed + RELAXED_LOWER + 8) - loss);
  store<f64>(relaxed + RELAXED_UPPER + 8, load<f64>(relaxed + RELAXED_UPPER + 8) + loss);
}

/**
 * Makes the form of a value from the sum of its inputs' forms.
 *
 * @param clean the value's clean record
 * @param centre what the step adds the sum to: z of the clean image, or the bias in the clean pass
 * @param rest how far an execution may be from centre + sum
 * @param spread how much more the value may be than the sum says, for a maximum; else 0
 */
export function finish(
  step: usize,
  clean: usize,
  form: usize,
  relaxed: usize,
  centre: f64,
  rest: f64,
  spread: f64,
  source: i32,
): void {
  const half = spread * 0.5;
  const z = centre + sumC + half;
  const e = (rest + sumE + half) * (1.0 + SLACK);
  if (isCleanPass) {
    const x = activationAt(step, z);
    let error = e * steepness(step) + evaluationError(step, z) + SLACK * abs(x);
    const kind = load<i32>(step + STEP_ACTIVATION);
    if (kind == SIGN) error = abs(z) <= e ? 2.0 : 0.0;
    // What a clip cuts off is exact.
    if (kind == CLIP && activationAt(step, z - e) == activationAt(step, z + e)) error = 0.0;
    store<f64>(clean + CLEAN_X, x);
    store<f64>(clean + CLEAN_Z, z);
    store<f64>(clean + CLEAN_X_ERROR, error);
    store<f64>(clean + CLEAN_Z_ERROR, e);
    store<f64>(form + FORM_C, x);
    store<f64>(form + FORM_A, 0.0);
    store<f64>(form + FORM_A + 8, 0.0);
    store<f64>(form + FORM_A + 16, 0.0);
    store<f64>(form + FORM_E, error);
    store<f64>(form + FORM_M, abs(x) + error);
    return;
  }
  const reach = abs(sumA1) + abs(sumA2) + abs(sumA3) + e;
  const slack = SLACK * (abs(z) + reach);
  const l = z - reach - slack;
  const u = z + reach + slack;
  relax(step, relaxed, l, u);
  widen(relaxed, SLACK * (abs(l) + abs(u) + abs(low) + abs(high)));
  store<f64>(relaxed + RELAXED_CENTRE, centre);
  store<f64>(relaxed + RELAXED_REST, rest);
  store<f64>(relaxed + RELAXED_SPREAD, spread);
  store<i32>(relaxed + RELAXED_SOURCE, source);
  const x = load<f64>(clean + CLEAN_X);
  const shift = (high + low) * 0.5;
  const gap = max(0.0, (high - low) * 0.5);
  const newL = slope * (slope < 0 ? u : l) + low;
  const newU = slope * (slope < 0 ? l : u) + high;
  const size = max(abs(x) + load<f64>(clean + CLEAN_X_ERROR), max(abs(newL), abs(newU)));
  store<f64>(form + FORM_C, slope * z + shift - x);
  store<f64>(form + FORM_A, slope * sumA1);
  store<f64>(form + FORM_A + 8, slope * sumA2);
  store<f64>(form + FORM_A + 16, slope * sumA3);
  // Where the value is exactly what it was, and 0, nothing is to be added to anything.
  const loss = slack + SLACK * (abs(x) + abs(shift));
  store<f64>(form + FORM_E, abs(slope) * e + gap + (size == 0.0 ? 0.0 : loss));
  store<f64>(form + FORM_M, size);
}
