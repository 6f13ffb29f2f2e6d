import type { Model, Sample } from "../../api/types.ts";
import { fetchInput } from "../service/api.ts";
import { noteOf } from "./own-file.ts";
import { type Picture, PictureError, readImage } from "./picture.ts";

/**
 * Fetches a sample as the classifier sees it.
 * @throws PictureError if there is none of this name; ServiceError
 */
export async function readSample(sample: Pick<Sample, "name" | "label">, model: Model): Promise<Picture> {
  const response = await fetch(`/v1/samples/${encodeURIComponent(sample.name)}`);
  if (!response.ok) throw new PictureError(`There is no sample “${sample.name}”. Pick another one.`);
  const image = await readImage(await response.blob());
  const { width, height, channels } = model.input;
  const picture = { name: sample.name, sample, file: null, offer: null };
  // A sample that the classifier sees as it is costs no second request.
  if (image.width === width && image.height === height && channels === 3) {
    return { ...picture, image, note: null };
  }
  const { png, original } = await fetchInput({ sample: sample.name }, model);
  return { ...picture, image: await readImage(png), note: noteOf(original, model) };
}
