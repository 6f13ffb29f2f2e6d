import type { Goal } from "../attack/objectives.ts";
import type { Bounds, Box } from "../kernel/bounds.ts";
import type { Asker, Found } from "./asker.ts";
import { coloursIn, everyColour, halve, type Judgement, judge, worstColour } from "./box.ts";
import type { Leaf, PixelProof } from "./result.ts";

/** Branch and bound over the colours of one pixel. It can be continued. */
export interface PixelSearch {
  readonly position: number;
  /** The lower bound over all colours at once. */
  readonly bound: number;
  /** Whether no box is left. */
  readonly isProved: boolean;
  /** Boxes bounded so far. */
  readonly boxes: number;
  /** Colours about which only the classifier itself could decide. */
  readonly asked: number;
  readonly proof: PixelProof;
  /**
   * Bounds at most so many boxes more.
   * @returns a change that reaches the goal, which ends the search; else null
   */
  advance(boxes: number, mayAsk: () => boolean): Promise<Found | null>;
}

interface Open {
  readonly box: Box;
  readonly judged: Judgement;
}

/** Starts with a box of all colours. */
export function createPixelSearch(
  bounds: Bounds,
  asker: Asker,
  goal: Goal,
  { width, channels }: { readonly width: number; readonly channels: number },
  position: number,
): PixelSearch {
  const x = position % width;
  const y = (position - x) / width;
  const leaves: Leaf[] = [];
  const stack: Open[] = [];
  let boxes = 0;
  let asked = 0;

  /** Keeps a box as proved, or to be halved. */
  const consider = (box: Box): Open | null => {
    const judged = judge(bounds, goal, x, y, box);
    boxes++;
    if (!judged.proved) return { box, judged };
    leaves.push({ ...box, bound: judged.bound });
    return null;
  };
  const root = everyColour(channels);
  const first = consider(root);
  if (first !== null) stack.push(first);
  const bound = first?.judged.bound ?? leaves[0]!.bound!;

  return {
    position,
    bound,
    get isProved() {
      return stack.length === 0;
    },
    get boxes() {
      return boxes;
    },
    get asked() {
      return asked;
    },
    get proof() {
      return { position, leaves };
    },
    async advance(most, mayAsk) {
      const limit = boxes + most;
      while (stack.length > 0 && boxes < limit && mayAsk()) {
        const { box, judged } = stack.pop()!;
        const { found } = await asker.ask(position, [worstColour(box, judged.slopes)]);
        if (found !== null) return found;
        if (coloursIn(box) === 1) {
          asked++;
          leaves.push({ ...box, bound: null });
          continue;
        }
        const open = halve(box, judged.slopes).flatMap((half) => consider(half) ?? []);
        // The worse half first: it is more likely to hold a colour that reaches the goal.
        open.sort((a, b) => b.judged.bound - a.judged.bound);
        stack.push(...open);
      }
      return null;
    },
  };
}
