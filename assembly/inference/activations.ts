import { ELU, GELU, HARD_SWISH, LEAKY_RELU, SIGMOID, SIGN, SWISH, TANH } from "./program";

/** e^x of four floats, as in Cephes' expf: within 2 units in the last place; from −87 to 88, beyond that as there. */
function exponential(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, f32x4.splat(-87.3)), f32x4.splat(88.3));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504088896341)));
  // ln 2 in two parts, so that n times the first is exact.
  const high = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.sub(high, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let sum = f32x4.splat(1.98756915e-4);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.3981999507e-3));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(8.3334519073e-3));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(4.1665795894e-2));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.6666665459e-1));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(5.0000001201e-1));
  const fraction = f32x4.add(f32x4.add(f32x4.mul(sum, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(fraction, power);
}

function logistic(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))));
}

/** The error function by formula 7.1.26 of Abramowitz and Stegun: within 1.5e-7. */
function errorFunction(x: v128): v128 {
  const one = f32x4.splat(1);
  const size = f32x4.abs(x);
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(size, f32x4.splat(0.3275911))));
  let sum = f32x4.splat(1.061405429);
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(-1.453152027));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(1.421413741));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(-0.284496736));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(0.254829592));
  const tail = f32x4.mul(f32x4.mul(sum, t), exponential(f32x4.neg(f32x4.mul(x, x))));
  return v128.or(f32x4.sub(one, tail), v128.and(x, f32x4.splat(-0.0)));
}

/** Applies an activation other than a clip to a record of values. */
export function activate(record: usize, bytes: i32, activation: i32, alpha: f32): void {
  const end = record + bytes;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const first = f32x4.splat(alpha);
  if (activation == LEAKY_RELU) {
    for (; record < end; record += 16) {
      const x = v128.load(record);
      v128.store(record, v128.bitselect(f32x4.mul(x, first), x, f32x4.lt(x, zero)));
    }
  } else if (activation == SIGMOID) {
    for (; record < end; record += 16) v128.store(record, logistic(v128.load(record)));
  } else if (activation == HARD_SWISH) {
    const half = f32x4.splat(0.5);
    const sixth = f32x4.splat(<f32>(1.0 / 6.0));
    for (; record < end; record += 16) {
      const x = v128.load(record);
      const gate = f32x4.min(f32x4.max(f32x4.add(f32x4.mul(x, sixth), half), zero), one);
      v128.store(record, f32x4.mul(x, gate));
    }
  } else if (activation == SWISH) {
    for (; record < end; record += 16) {
      const x = v128.load(record);
      v128.store(record, f32x4.mul(x, logistic(f32x4.mul(x, first))));
    }
  } else if (activation == GELU) {
    const half = f32x4.splat(0.5);
    const root = f32x4.splat(<f32>0.70710678118654752);
    for (; record < end; record += 16) {
      const x = v128.load(record);
      const gate = f32x4.add(one, errorFunction(f32x4.mul(x, root)));
      v128.store(record, f32x4.mul(f32x4.mul(x, half), gate));
    }
  } else if (activation == TANH) {
    const two = f32x4.splat(2);
    for (; record < end; record += 16) {
      const gate = logistic(f32x4.mul(v128.load(record), two));
      v128.store(record, f32x4.sub(f32x4.mul(gate, two), one));
    }
  } else if (activation == ELU) {
    for (; record < end; record += 16) {
      const x = v128.load(record);
      const below = f32x4.mul(first, f32x4.sub(exponential(f32x4.min(x, zero)), one));
      v128.store(record, v128.bitselect(below, x, f32x4.lt(x, zero)));
    }
  } else if (activation == SIGN) {
    for (; record < end; record += 16) {
      const x = v128.load(record);
      const above = v128.and(f32x4.gt(x, zero), one);
      v128.store(record, v128.or(above, v128.and(f32x4.lt(x, zero), f32x4.splat(-1))));
    }
  }
}
