import type { Model, Sample } from "../../api/types.ts";
import type { Space } from "../../core/attack/options/settings.ts";
import { fetchImage } from "./fetch-image.ts";
import { noteOf } from "./own-file.ts";
import { type Picture, PictureError, readImage } from "./picture.ts";

const isGrey = ({ data }: ImageData): boolean =>
  data.every((value, at) => at % 4 === 3 || value === data[at - (at % 4)]);

/**
 * Fetches a sample as it is attacked.
 * @throws PictureError if there is none of this name; ServiceError
 */
export async function readSample(
  sample: Pick<Sample, "name" | "label">,
  model: Model,
  space: Space,
): Promise<Picture> {
  const response = await fetch(`/v1/samples/${encodeURIComponent(sample.name)}`);
  if (!response.ok) throw new PictureError(`There is no sample “${sample.name}”. Pick another one.`);
  const image = await readImage(await response.blob());
  const { width, height, channels } = model.input;
  const picture = { name: sample.name, sample, file: null, offer: null };
  // A sample that the classifier sees as it is costs no second request.
  if (image.width === width && image.height === height && (channels === 3 || isGrey(image))) {
    return { ...picture, image, space: "input", resized: false, note: null };
  }
  const { original, ...fetched } = await fetchImage({ sample: sample.name }, model, space);
  return { ...picture, ...fetched, note: noteOf(original, model, fetched.space) };
}
