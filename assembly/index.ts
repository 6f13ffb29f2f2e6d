export { reserve } from "./memory";
export { __instance_signal } from "./signal";
