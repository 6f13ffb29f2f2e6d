/**
 * The one-pixel attack as a library, for any host: pass the compiled WebAssembly to `init` and the model's
 * bytes to `loadModel`. `onepixel/node` and `onepixel/browser` load both.
 */
export { connectModel } from "./connect-model.ts";
export { init, type Modules } from "./environment.ts";
export { type ErrorCode, OnepixelError } from "./errors.ts";
export { pngBytes } from "./image/data-url.ts";
export { decodeImage } from "./image/decode.ts";
export { encodePng } from "./image/png/png.ts";
export type { Raster } from "./image/raster.ts";
export { loadModel, type Model, type ModelDescription } from "./load-model.ts";
export {
  type AttackOptions,
  type AttackResult,
  attack,
  type Classification,
  classify,
  type Image,
  type MapOptions,
  type MapResult,
  map,
  type ProgressEvent,
  type RunOptions,
  type TargetsOptions,
  type TargetsResult,
  targets,
} from "./operations.ts";
export type { ConnectOptions } from "./oracle/remote/options.ts";
export {
  type CheckedProof,
  type CheckRunOptions,
  checkProof,
  type Proof,
  type ProveOptions,
  type ProveRunOptions,
  prove,
} from "./proofs.ts";
export { type Verification, verify } from "./verify-result.ts";
