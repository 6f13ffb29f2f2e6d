/** Converts a server's response to checked and complete probabilities. */
import { softmax } from "../../model/softmax.ts";
import { unusable } from "./error.ts";
import type { RawPredictions, RawRow } from "./protocol.ts";

/** What turns a server's values into probabilities. */
export interface OutputFormat {
  readonly labels: readonly string[];
  readonly output: "probabilities" | "logits";
  /** The real number is (value − zeroPoint) × scale. Default: values are real numbers. */
  readonly quantisation?: { readonly scale: number; readonly zeroPoint: number } | undefined;
}

/** The tolerance of probabilities above 1 or below 0. */
const SLACK = 1e-3;
/** Whether a row lists labels with their values. */
const isListed = (row: RawRow): row is readonly (readonly [string | number, number])[] =>
  Array.isArray(row[0]);

/** The values of a row in the order of the labels; unlisted labels have none. */
function placed(url: string, row: RawRow, labels: readonly string[]): (number | undefined)[] {
  if (!isListed(row)) {
    if (row.length === labels.length) return Array.from(row);
    throw unusable(url, `${row.length} values for an image, but there are ${labels.length} labels`);
  }
  const values: (number | undefined)[] = new Array(labels.length).fill(undefined);
  for (const [label, value] of row) {
    const at = typeof label === "number" ? label : labels.indexOf(label);
    if (!(at in values))
      throw unusable(
        url,
        `the label ${JSON.stringify(label)}, which is not one of the ${labels.length} labels`,
      );
    if (values[at] !== undefined)
      throw unusable(url, `the label ${JSON.stringify(label)} twice for an image`);
    values[at] = value;
  }
  return values;
}

/** A server's prediction for one image. */
export interface RemoteRow {
  /** One for each label; 0 for those that the server does not list. */
  readonly probabilities: Float32Array;
  /** How many labels the server listed. */
  readonly listed: number;
}

/**
 * @param count the number of images in the request
 * @returns a row for each image
 * @throws RemoteError `remote-response` for a wrong number of images or labels, values that are not
 * numbers, or values that should be probabilities but are not
 */
export function probabilitiesOf(
  url: string,
  { rows, quantised }: RawPredictions,
  count: number,
  { labels, output, quantisation }: OutputFormat,
): RemoteRow[] {
  if (rows.length !== count) throw unusable(url, `${rows.length} rows for ${count} images`);
  if (quantised !== undefined && quantisation === undefined) {
    throw unusable(
      url,
      `values of type ${quantised}, which are quantised: pass outputScale and outputZeroPoint to convert them (for a softmax often 0.00390625 and ${quantised === "INT8" ? -128 : 0})`,
    );
  }
  const { scale, zeroPoint } = quantisation ?? { scale: 1, zeroPoint: 0 };
  return rows.map((row) => {
    const values = placed(url, row, labels);
    if (output === "logits" && values.includes(undefined)) {
      throw unusable(url, "logits of only some labels, from which probabilities cannot be computed");
    }
    const probabilities = Float32Array.from(values, (value) => ((value ?? zeroPoint) - zeroPoint) * scale);
    const wrong = values.findIndex((value) => value !== undefined && !Number.isFinite(value));
    if (wrong >= 0) throw unusable(url, `${values[wrong]} for the label "${labels[wrong]}"`);
    if (output === "logits") softmax(probabilities, labels.length);
    else checkProbabilities(url, probabilities);
    return { probabilities, listed: row.length };
  });
}

/** Rejects values that are not probabilities, and clamps values slightly above 1 or below 0. */
function checkProbabilities(url: string, row: Float32Array): void {
  for (const [label, value] of row.entries()) {
    if (value < -SLACK || value > 1 + SLACK) {
      throw unusable(url, `${value}, which is not a probability: are its values logits, or quantised?`);
    }
    row[label] = Math.min(1, Math.max(0, value));
  }
  if (row.every((value) => value === 0)) throw unusable(url, "0 for every label of an image");
}

/** Whether a row's values look like probabilities, which are from 0 to 1 and sum to 1. */
export function kindOf(row: RawRow): OutputFormat["output"] {
  if (isListed(row)) return "probabilities";
  const values = Array.from(row);
  const sum = values.reduce((all, value) => all + value, 0);
  const fits = values.every((value) => value >= 0 && value <= 1) && Math.abs(sum - 1) <= 0.01;
  return fits ? "probabilities" : "logits";
}
