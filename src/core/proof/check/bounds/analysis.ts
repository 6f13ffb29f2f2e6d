import type { Network } from "../network/network.ts";

/**
 * How rounding is followed: `fast` only through what the pixel reaches, `fine` that of every value through the network, and
 * `half` that of every value through the last steps, which cost little, and as `fast` through those before.
 */
export type Analysis = "fast" | "half" | "fine";

/** What an analysis follows. */
export interface Following {
  /** The first tensor whose every value is followed further; before it, those that the pixel reaches. */
  readonly first: number;
  /** The tensors before it whose values a step after it uses: what is not followed further is charged there. */
  readonly charged: ReadonlySet<number>;
}

/** The part of a network's weights that `half` may follow. */
const HALF = 0.3;

function firstOf({ steps, shapes }: Network, analysis: Analysis): number {
  if (analysis === "fine") return 1;
  // Tensors are numbered in the order of the steps that make them, the image first.
  let first = shapes.length;
  if (analysis === "fast") return first;
  const costs = steps.map((step) =>
    step.kind === "linear" ? step.terms.reduce((sum, { map }) => sum + map.products, 0) : 0,
  );
  let left = HALF * costs.reduce((sum, cost) => sum + cost, 0);
  while (first > 1) {
    left -= costs[first - 2]!;
    if (left < 0) break;
    first--;
  }
  return first;
}

export function followingOf(network: Network, analysis: Analysis): Following {
  const first = firstOf(network, analysis);
  const inputs = network.steps
    .filter(({ output }) => output >= first)
    .flatMap((step) => (step.kind === "linear" ? step.terms.map(({ input }) => input) : [step.input]));
  return { first, charged: new Set(inputs.filter((input) => input < first)) };
}
