import { env } from "cloudflare:workers";
import { createReadAsset } from "../../src/worker/assets.ts";

/** Reads an asset as the Worker does. */
export const readAsset = createReadAsset((url, init) => env.ASSETS.fetch(url, init));
