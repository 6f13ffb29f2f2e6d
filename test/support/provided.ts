/** What test/support/node-probabilities.ts computes in Node for the Worker tests. */
declare module "vitest" {
  interface ProvidedContext {
    /** Probabilities of the first evaluation images, by the default model. */
    nodeProbabilities: number[][];
  }
}

/** How many evaluation images have their answers provided. */
export const providedImages = 8;
