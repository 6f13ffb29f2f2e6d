/** What test/support/node-probabilities.ts computes and reads in Node for the Worker tests. */
declare module "vitest" {
  interface ProvidedContext {
    /** Probabilities of the first evaluation images, by the default model. */
    nodeProbabilities: number[][];
    /** test/fixtures/png-bomb.png as base64. */
    decompressionBomb: string;
  }
}

/** How many evaluation images have their answers provided. */
export const providedImages = 8;
