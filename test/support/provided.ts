/** What test/support/node-answers.ts computes in Node for the Worker tests. */
declare module "vitest" {
  interface ProvidedContext {
    /** Probabilities of the first evaluation images, by the default model. */
    nodeAnswers: number[][];
  }
}

/** How many evaluation images have their answers provided. */
export const providedImages = 8;
