/** `onepixel/browser`: the library with its WebAssembly and the shipped model fetched by URL. */
export * from "../core/index.ts";
export { loadModel, setWasmUrl } from "./load-model.ts";
