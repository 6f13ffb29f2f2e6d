import type { ImageSize } from "../image/raster.ts";
import type { ProofResult } from "./result.ts";

const count = (n: number, one: string): string => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;

/** What a result says, and of what, in words. */
export function statementOf(result: ProofResult, { channels }: Pick<ImageSize, "channels">): string {
  const { status, label, target, before, pixels, counterexample, asked, method, settings } = result;
  const colours = (256 ** channels).toLocaleString("en");
  const goal = target === null ? `anything but ${label}` : target;
  if (status === "misclassified")
    return `The classifier says ${before.label}, not ${label}, before any change.`;
  if (counterexample !== null) {
    const { x, y, from, to } = counterexample.pixel;
    return `The classifier says ${counterexample.after.label} when the pixel at x = ${x}, y = ${y} changes from ${from} to ${to}.`;
  }
  const part =
    pixels.total === settings.end && settings.first === 0
      ? ""
      : ` from ${settings.first} to ${settings.end - 1}`;
  if (status === "unknown") {
    return `${pixels.proved.toLocaleString("en")} of ${count(pixels.total, "pixel")}${part} are proved: no colour of theirs makes the classifier say ${goal}. Nothing is known of the others.`;
  }
  const proved = `No change of one pixel${part} to any of ${colours} colours makes the classifier say ${goal}`;
  if (method === "enumeration") return `${proved}: every one was asked of the classifier as it is executed.`;
  const rest =
    asked === 0
      ? ""
      : ` ${count(asked, "colour")} that rounding leaves open, the classifier itself was asked about.`;
  return `${proved}: neither the ONNX file's function in real arithmetic nor any execution in 32-bit floating point, whatever the order of its sums.${rest}`;
}
