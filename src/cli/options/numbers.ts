import { UsageError } from "../io.ts";

/** A whole number of an option. @throws UsageError naming the option and the range */
export function wholeNumber(
  option: string,
  text: string | undefined,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${option} must be a whole number from ${min} to ${max}, not "${text}"`);
}

/** A share in percent. @throws UsageError naming the option */
export function percentage(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 100) return value;
  throw new UsageError(`--${option} must be a number from 0 to 100, in percent, not "${text}"`);
}
