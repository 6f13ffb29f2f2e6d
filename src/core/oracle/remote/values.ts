/** Nested JSON arrays: written from a tensor, and read from a response. */
import { unusable } from "./error.ts";

/** A tensor as nested arrays. @param shape its axes */
export function nested(values: ArrayLike<number>, shape: readonly number[], from = 0): unknown[] {
  const [size, ...rest] = shape as [number, ...number[]];
  if (rest.length === 0) return Array.from({ length: size }, (_, at) => values[from + at]!);
  const step = rest.reduce((all, axis) => all * axis, 1);
  return Array.from({ length: size }, (_, at) => nested(values, rest, from + at * step));
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => typeof each === "number");

/** The list in a field of a response. @throws RemoteError */
export function listAt(url: string, answer: unknown, field: string): unknown[] {
  const list = isObject(answer) ? answer[field] : undefined;
  if (Array.isArray(list)) return list;
  const keys = isObject(answer) ? `fields ${Object.keys(answer).slice(0, 10).join(", ")}` : typeof answer;
  throw unusable(url, `without a list "${field}": ${keys}`);
}

/** Splits a flat list into one row for each image. @throws RemoteError if it does not divide */
export function rowsOf<Each>(url: string, flat: readonly Each[], count: number): Each[][] {
  const width = flat.length / count;
  if (!Number.isInteger(width)) throw unusable(url, `${flat.length} values for ${count} images`);
  return Array.from({ length: count }, (_, row) => flat.slice(row * width, (row + 1) * width));
}

/** Pairs labels with values. @throws RemoteError unless there are equally many */
export function listed(url: string, labels: readonly unknown[], values: readonly unknown[]) {
  if (labels.length !== values.length) {
    throw unusable(url, `${labels.length} labels with ${values.length} values for an image`);
  }
  return labels.map((label, at): readonly [string | number, number] => {
    const value = values[at];
    if ((typeof label !== "string" && typeof label !== "number") || typeof value !== "number") {
      throw unusable(url, `a label or value of another type: ${JSON.stringify([label, value])}`);
    }
    return [label, value];
  });
}
