import type { Model } from "../../api/types.ts";
import type { Space } from "../../core/attack/options/settings.ts";
import { type Body, fetchInput, type ModelInput } from "../service/api.ts";
import { type Picture, readImage } from "./picture.ts";

/** What the service says about an image. */
export type Fetched = Pick<Picture, "image" | "space" | "resized"> & Pick<ModelInput, "original">;

/**
 * Fetches an image as it is attacked: as the classifier sees it, or with `source` in its own size, if that is another one.
 * @throws ServiceError
 */
export async function fetchImage(source: Body, model: Model, space: Space): Promise<Fetched> {
  const { png, original } = await fetchInput(source, model, "input");
  const { resized } = original;
  if (space === "input" || !resized) {
    return { image: await readImage(png), space: "input", resized, original };
  }
  const own = await fetchInput(source, model, "source");
  return { image: await readImage(own.png), space, resized, original };
}
