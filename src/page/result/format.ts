/** Numbers in the page's words. */

const wholeFormat = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const percentFormat = new Intl.NumberFormat("en-GB", { style: "percent", minimumFractionDigits: 1 });

export function whole(value: number): string {
  return wholeFormat.format(value);
}

/** `93.2%`; a probability that is neither 0 nor 1 is never shown as if it were. */
export function percent(probability: number): string {
  if (probability < 1 && probability >= 0.9995) return ">99.9%";
  if (probability > 0 && probability < 0.0005) return "<0.1%";
  return percentFormat.format(probability);
}

export function seconds(value: number): string {
  return value < 10 ? `${value.toFixed(2)} s` : `${value.toFixed(1)} s`;
}

/** `1 pixel`, `3 pixels`. */
export function count(value: number, noun: string): string {
  return `${whole(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** `1 query`, `212 queries`. */
export function queries(value: number): string {
  return value === 1 ? "1 query" : `${whole(value)} queries`;
}

/** `0.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `12.5 million`, `385 million`. */
export function millions(value: number): string {
  const inMillions = value / 1e6;
  return `${inMillions < 100 ? inMillions.toFixed(1) : whole(inMillions)} million`;
}
