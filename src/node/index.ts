/** `onepixel/node`: the library with its WebAssembly and the shipped models read from disk. Node 20 and newer. */
export * from "../core/index.ts";
export { type ConnectOptions, connectModel } from "./connect-model.ts";
export { loadModel } from "./load-model.ts";
