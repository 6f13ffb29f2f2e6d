/** The images that a command names. */
import { init } from "../core/environment.ts";
import { decodeImage } from "../node/index.ts";
import { nodeModules } from "../node/modules.ts";
import { readInput } from "./files.ts";
import { UsageError } from "./io.ts";

/** An image's file. */
export interface ImageFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads an image, and sees that it is one before anything else is done.
 * @throws UsageError naming the file
 */
export async function readImage(path: string): Promise<ImageFile> {
  const bytes = readInput(path, "IMAGE");
  init(nodeModules());
  try {
    await decodeImage(bytes);
  } catch (cause) {
    throw new UsageError(`IMAGE "${path}": ${(cause as Error).message}`, { cause });
  }
  return { path, bytes };
}
