export { reserveImage } from "./image";
export { reserve } from "./memory";
export { naturalLogarithm, randomBelow, randomNormal, randomUniform, randomWord, seedRandom } from "./random";
export {
  byteValues,
  renderCandidates,
  renderImage,
  renderWords,
  reserveTensor,
  restoreImage,
  tensorValues,
} from "./render";
export { chunkLosses, chunkWords, generation, reserveChunk, tell } from "./search/chunk";
export { askDe, beginDe, reserveDe } from "./search/de";
export { reserveQueried } from "./search/queried";
export { __instance_signal } from "./signal";
