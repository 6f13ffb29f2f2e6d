/** Results in words, for people who read a terminal. */
import type { AttackResult, Classification, MapResult, TargetsResult, Verification } from "../node/index.ts";
import { type Io, paint } from "./io.ts";

export const percent = (probability: number) => `${(probability * 100).toFixed(1)} %`;

const changesOf = (pixels: AttackResult["pixels"]) =>
  pixels.map(({ x, y, from, to }) => `  x ${x}, y ${y}: ${from} → ${to}\n`).join("");

/** What a remote model's predictions leave open, one line each. */
const notesOf = ({ remote }: AttackResult["model"]) =>
  (remote?.notes ?? []).map((note) => `  note: the model behind the URL ${note}\n`).join("");

/** A status in the colour of what it means for the classifier. */
const shown = (io: Io, status: string) =>
  paint(io, status === "fooled" ? "red" : status === "survived" ? "green" : "yellow", status);

export function describeAttack(result: AttackResult, io: Io): string {
  const { status, label, before, after, pixels, cost, certificate } = result;
  if (status === "misclassified") {
    return `${shown(io, status)}: the model says ${before.label} (${percent(before.probability)}) before any change, not ${label}\n${notesOf(result.model)}`;
  }
  const line = `${shown(io, status)}: ${before.label} (${percent(before.probability)}) → ${after.label} (${percent(after.probability)}), ${cost.queries} queries\n`;
  const corners =
    status === "survived" && certificate
      ? `  all ${certificate.corners} one-pixel changes to a corner colour were queried; ${certificate.fooling} fool the model\n`
      : "";
  return line + changesOf(pixels) + corners + notesOf(result.model);
}

export const describePrediction = ({ probabilities, model }: Classification): string =>
  probabilities.map(({ label, probability }) => `${label} ${percent(probability)}\n`).join("") +
  notesOf(model);

/** What a sampled map found. */
function describeSampled({ before, label, blocks = [], model, width, height }: MapResult): string {
  const fooling = blocks.flatMap((block) => block.fooling);
  const tried = blocks.reduce((sum, block) => sum + block.tried, 0);
  const where = fooling.slice(0, 10).map(({ x, y, colour }) => `(${x}, ${y}) ${colour}`);
  const more = fooling.length > where.length ? `, and ${fooling.length - where.length} more` : "";
  return (
    `${fooling.length} of the ${tried} one-pixel changes to a corner colour that were tried fool the model, in ${blocks.length} blocks of the ${width}×${height} pixels: it says ${before.label} (${percent(before.probability)}), the label is ${label}. The other changes were not tried.\n` +
    (fooling.length > 0 ? `  x, y: ${where.join(", ")}${more}\n` : "") +
    notesOf(model)
  );
}

export function describeMap(result: MapResult): string {
  if (result.blocks) return describeSampled(result);
  const { before, label, pixels, cost, model } = result;
  const fooling = pixels.filter((pixel) => pixel.fooling.length > 0);
  const where = fooling.slice(0, 10).map(({ x, y }) => `(${x}, ${y})`);
  const more = fooling.length > where.length ? `, and ${fooling.length - where.length} more` : "";
  return (
    `${fooling.length} of ${pixels.length} pixels fool the model in a corner colour: it says ${before.label} (${percent(before.probability)}), the label is ${label}; ${cost.queries} queries\n` +
    (fooling.length > 0 ? `  x, y: ${where.join(", ")}${more}\n` : "") +
    notesOf(model)
  );
}

export function describeTargets({ label, targets, model }: TargetsResult, io: Io): string {
  const lines = targets.map(({ target, status, after, cost }) => {
    const reached = status === "fooled" ? `, ${percent(after.probability)}` : "";
    return `  ${target}: ${shown(io, status)}${reached}, ${cost.queries} queries\n`;
  });
  const count = targets.filter(({ status }) => status === "fooled").length;
  return `${label}: ${count} of ${targets.length} targets reached\n${lines.join("")}${notesOf(model)}`;
}

export function describeVerification({ holds, claims, unchecked, model }: Verification, io: Io): string {
  const [yes, no] = [paint(io, "green", "holds"), paint(io, "red", "fails")];
  const lines = claims.map(
    ({ claim, claimed, found, holds: isTrue }) =>
      `  ${isTrue ? yes : no}: ${claim}, claimed ${JSON.stringify(claimed)}, found ${JSON.stringify(found)}\n`,
  );
  const rest = unchecked.length > 0 ? `  not checked: ${unchecked.join(", ")}\n` : "";
  return `${holds ? "every claim holds" : "not every claim holds"}\n${lines.join("")}${rest}${notesOf(model)}`;
}
