export { reserveImage } from "./image";
export { reserve } from "./memory";
export { naturalLogarithm } from "./logarithm";
export { randomBelow, randomNormal, randomUniform, randomWord, seedRandom } from "./random";
export {
  byteValues,
  renderCandidates,
  renderImage,
  candidatesToRender,
  reserveTensor,
  restoreImage,
  tensorValues,
} from "./render";
export { chunkLosses, chunkCandidates, ending, generation, reserveChunk, tell } from "./search/chunk";
export { askCorners, beginCorners, reserveCorners } from "./search/corners";
export { askDe, beginDe, reserveDe } from "./search/de";
export { reserveMarks } from "./search/draws";
export { reserveQueried } from "./search/queried";
export { askRandom, beginRandom } from "./search/random-search";
export { askGuided, beginGuided, reserveGuided } from "./search/guided";
export {
  askSparseRs,
  beginGuidedRs,
  beginSparseRs,
  reserveGuidedRs,
  reserveSparseRs,
} from "./search/sparse-rs";
export { __instance_signal } from "./signal";
export { infer, inferred, restoreClean, startInference } from "./inference/query";
export { boundDifferences, boundForward, labelForms, pixelForms, startBounds } from "./bounds/bounds";
