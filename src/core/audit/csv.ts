import type { ImageOutcome } from "./outcome.ts";

/** One value a column; the order of the columns is part of the format. */
const COLUMNS: Readonly<Record<string, (outcome: ImageOutcome, labels: readonly string[]) => unknown>> = {
  index: ({ index }) => index,
  label: ({ label }, labels) => labels[label],
  pixels: ({ pixels }) => pixels,
  target: ({ target }, labels) => (target === null ? null : labels[target]),
  status: ({ status }) => status,
  newLabel: ({ newLabel }, labels) => (newLabel === null ? null : labels[newLabel]),
  probability: ({ probability }) => probability,
  queries: ({ queries }) => queries,
  certified: ({ certified }) => certified,
  changed: ({ changed }) => changed.map(({ x, y, from, to }) => `${x} ${y} ${from} ${to}`).join("; "),
  problem: ({ problem }) => problem,
};

/**
 * Outcomes as CSV (RFC 4180), one line each after a line of names, labels by name. `changed` holds
 * `x y from to` of each pixel, with semicolons between them.
 * @param names the images' file names by index; if given, a last column `file` contains them
 */
export function writeCsv(
  outcomes: readonly ImageOutcome[],
  labels: readonly string[],
  names?: ReadonlyMap<number, string>,
): string {
  const lines = outcomes.map((outcome) => [
    ...Object.values(COLUMNS).map((column) => column(outcome, labels)),
    ...(names ? [names.get(outcome.index)] : []),
  ]);
  return [[...Object.keys(COLUMNS), ...(names ? ["file"] : [])], ...lines]
    .map((line) => `${line.map(field).join(",")}\r\n`)
    .join("");
}

function field(value: unknown): string {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
