import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kernelModule } from "../../node/services.ts";
import { exp, ln } from "./elementary.ts";

/** Numbers in fixed point: this many bits behind the point, as many as the smallest number needs, and 100 more. */
const BITS = 1200n;
const ONE = 1n << BITS;

/** A number's bits: sign and all, as an unsigned whole number. */
const bitsOf = (value: number) => new BigUint64Array(Float64Array.of(value).buffer)[0]!;

/** A number, exactly. */
function fixed(value: number): bigint {
  const bits = bitsOf(Math.abs(value));
  const exponent = bits >> 52n;
  const fraction = bits & ((1n << 52n) - 1n);
  const significand = exponent === 0n ? fraction : fraction | (1n << 52n);
  const magnitude = significand << (BITS - 1074n + (exponent === 0n ? 0n : exponent - 1n));
  return value < 0 ? -magnitude : magnitude;
}

/** e^x by the Taylor series of e^(x ÷ 2¹²), squared twelve times. */
function exactExp(x: number): bigint {
  const extra = 64n;
  const reduced = (fixed(x) << extra) >> 12n;
  const one = ONE << extra;
  let term = one;
  let sum = one;
  for (let n = 1n; term !== 0n && n < 400n; n++) {
    term = (term * reduced) / (one * n);
    sum += term;
  }
  for (let times = 0; times < 12; times++) sum = (sum * sum) / one;
  return sum >> extra;
}

/** 2 artanh((x − 1) ÷ (x + 1)), from x brought near 1 by halving or doubling. */
function exactLn(x: number): bigint {
  const artanh = (f: bigint) => {
    const square = (f * f) / ONE;
    let power = f;
    let sum = f;
    for (let n = 3n; power !== 0n; n += 2n) {
      power = (power * square) / ONE;
      sum += power / n;
    }
    return 2n * sum;
  };
  let m = fixed(x);
  let exponent = 0n;
  for (; m < (ONE * 3n) / 4n; exponent--) m <<= 1n;
  for (; m > (ONE * 3n) / 2n; exponent++) m >>= 1n;
  return artanh(((m - ONE) * ONE) / (m + ONE)) + exponent * artanh(ONE / 3n);
}

/** |value − exact| as a share of exact, in units of 2⁻⁶⁰. */
function relativeError(value: number, exact: bigint): bigint {
  const difference = fixed(value) - exact;
  const size = exact < 0n ? -exact : exact;
  return ((difference < 0n ? -difference : difference) << 60n) / size;
}

/** Numbers that look random and are the same every time. */
function* spread(count: number, low: number, high: number) {
  for (let n = 1; n <= count; n++) yield low + (high - low) * ((n * 0.6180339887498949) % 1);
}

test("the exact reference knows e and ln 2", () => {
  const digits = (value: bigint) => ((value * 10n ** 30n) / ONE).toString();
  expect(digits(exactExp(1))).toBe("2718281828459045235360287471352");
  expect(digits(exactExp(-1))).toBe("367879441171442321595523770161");
  expect(digits(exactLn(2))).toBe("693147180559945309417232121458");
  expect(digits(exactLn(10))).toBe("2302585092994045684017991454684");
});

test("exp is within 2⁻⁵² of e^x", () => {
  const xs = [...spread(400, -708, 60), ...spread(800, -2, 2), ...spread(800, -40, 0), 1e-300, -1e-17, 700];
  for (let k = -40; k <= 40; k++) xs.push((k + 0.5) * Math.LN2, (k + 0.5) * Math.LN2 + 1e-15, k * Math.LN2);
  for (const x of xs) expect(relativeError(exp(x), exactExp(x)), `exp(${x})`).toBeLessThan(1n << 8n);
});

test("exp in the subnormal range is within 2⁻¹⁰⁷⁴ of e^x", () => {
  for (const x of [...spread(300, -745.13, -708.4), -745.1332191019411]) {
    const difference = fixed(exp(x)) - exactExp(x);
    expect(difference < 0n ? -difference : difference, `exp(${x})`).toBeLessThan(fixed(Number.MIN_VALUE));
  }
});

test("exp where its result is known", () => {
  expect(exp(0)).toBe(1);
  expect(exp(-0)).toBe(1);
  expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(exp(-746)).toBe(0);
  expect(exp(-745.2)).toBe(0);
  expect(exp(-745)).toBe(Number.MIN_VALUE);
  expect(exp(709.78)).toBeLessThan(Number.POSITIVE_INFINITY);
  expect(exp(709.79)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(Number.NaN)).toBeNaN();
});

test("exp and ln rise", () => {
  for (let n = -745 * 512; n < 709 * 512; n++) {
    if (!(exp((n + 1) / 512) >= exp(n / 512))) throw new Error(`exp falls after ${n / 512}`);
  }
  for (let n = 1; n < 400_000; n++) {
    if (!(ln((n + 1) / 4096) > ln(n / 4096))) throw new Error(`ln falls after ${n / 4096}`);
  }
});

test("ln is within 2⁻⁵⁰ of the logarithm", () => {
  const xs = [...spread(800, 0.4, 2.5), ...spread(200, 0, 1e6), 5e-324, 1e-310, 2 ** -149, 1e300];
  for (const x of xs) expect(relativeError(ln(x), exactLn(x)), `ln(${x})`).toBeLessThan(1n << 10n);
  expect(ln(1)).toBe(0);
  expect(ln(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(ln(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(ln(-1)).toBeNaN();
  expect(ln(Number.NaN)).toBeNaN();
});

test("the bits are these, in every engine", () => {
  const golden: [number, bigint, bigint][] = [
    [0.1, 0x3fecf46d99d52b3an, 0xc0026bb1bbb55515n],
    [0.5, 0x3fe368b2fc6f960an, 0xbfe62e42fefa39efn],
    [1, 0x3fd78b56362cef38n, 0x0n],
    [2, 0x3fc152aaa3bf81ccn, 0x3fe62e42fefa39efn],
    [3.25, 0x3fa3da368521902dn, 0x3ff2dbc55768deb3n],
    [10.5, 0x3efcdfc263f6a0ban, 0x4002cf9dd4b12035n],
    [33.3, 0x3cef165bb9b59d94n, 0x400c0b61ad3275b2n],
    [100, 0x36ea8c1f14e2af5dn, 0x40126bb1bbb55516n],
    [708.5, 0xe6cf6d08897acn, 0x401a40aa68bad3f1n],
    [740, 0x55n, 0x401a6d35b4d755a7n],
  ];
  for (const [x, ofExp, ofLn] of golden) {
    expect(bitsOf(exp(-x)).toString(16), `exp(-${x})`).toBe(ofExp.toString(16));
    expect(bitsOf(ln(x)).toString(16), `ln(${x})`).toBe(ofLn.toString(16));
  }
});

/** Functions whose last digits are left to the engine. Math.sqrt is not among them: processors round it correctly. */
const APPROXIMATE =
  /Math\.(exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot)\b/;

test("nothing that decides a result calls what is left to the engine", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".test.ts") && !name.startsWith("page"))
    .map((name) => join("src", name));
  expect(files.length).toBeGreaterThan(100);
  const users = files.filter((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .some((line) => !/^\s*(\*|\/\/|\/\*)/.test(line) && APPROXIMATE.test(line)),
  );
  expect(users).toEqual([]);
});

test("the kernel brings its own exp: its module imports nothing", () => {
  expect(WebAssembly.Module.imports(kernelModule())).toEqual([]);
});
