import type { Spend } from "../onnx/constants/broadcast.ts";
import { Unsupported } from "../onnx/unsupported.ts";

/**
 * Most elements of constants and tensors that compiling a model reads or makes, all steps together. A kernel's plan
 * holds 16 million, and folding batch normalisation into weights counts them again.
 */
const MOST_ELEMENTS = 1 << 25;

/** The model as a whole exceeds the limit, not a single operator. */
export class TooMuchWork extends Unsupported {}

/**
 * Counts the elements that one compilation touches: its time and memory are proportional to them.
 * @throws {TooMuchWork} from the function that it returns, when there are too many
 */
export function createEffort(): Spend {
  let spent = 0;
  return (elements) => {
    spent += elements;
    // Written so that NaN also exceeds the limit.
    if (!(spent <= MOST_ELEMENTS)) {
      throw new TooMuchWork(`takes too much work to compile: over ${MOST_ELEMENTS} elements`);
    }
  };
}
