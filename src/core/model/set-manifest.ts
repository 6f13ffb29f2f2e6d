/**
 * What the `manifest.json` of a set of images says: of samples in `models/samples/<id>/`, of evaluation images in
 * `models/evaluation/<id>/`.
 */
import * as v from "valibot";
import { id, integer, labels, ManifestError, object, oneOf, readManifest, text } from "./field-checks.ts";

const MAX_SIDE = 16_384;

const fileMessage = "must be the name of a PNG, JPEG or WebP file beside the manifest";

/** One image; further fields say where it comes from, and are kept in the file alone. */
const image = v.looseObject({
  file: v.pipe(v.string(fileMessage), v.regex(/^[^/\\]{1,100}\.(png|jpe?g|webp)$/, fileMessage)),
  label: text(100),
  title: v.exactOptional(text(200)),
  author: v.exactOptional(text(200)),
  licence: v.exactOptional(text(300)),
  licenceUrl: v.exactOptional(text(300)),
  source: v.exactOptional(text(300)),
});

const schema = object({
  id,
  title: text(100),
  labels,
  format: oneOf(["files", "planes"]),
  width: v.exactOptional(integer(1, MAX_SIDE)),
  height: v.exactOptional(integer(1, MAX_SIDE)),
  channels: v.exactOptional(oneOf([1, 3])),
  count: integer(1, 1_000_000),
  licence: text(300),
  source: text(300),
  labelledBy: v.exactOptional(text(64)),
  images: v.exactOptional(v.array(image, "must be a list of images")),
});

/**
 * The manifest of a set of images. `width`, `height` and `channels` are those of all its images; without them each has
 * its own. `labelledBy` is the id of the model whose predictions the labels are; without it they are the truth.
 * Format `files`: `images` lists the files, with author, licence and source where they differ from the set's. Format
 * `planes`: see `evaluationImage`.
 */
export type SetManifest = v.InferOutput<typeof schema>;

/** An image of a set in format `files`. */
export type SetImage = v.InferOutput<typeof image>;

/**
 * Reads the manifest of a set.
 * @param json the file's text
 * @param file the file's name in messages
 * @param folder the name of its folder, which must be the set's id
 * @throws ManifestError naming file, field and what is allowed
 */
export function parseSetManifest(json: string, file: string, folder: string): SetManifest {
  const manifest = readManifest(schema, json, file, folder);
  const fail = (message: string): never => {
    throw new ManifestError(`${file}: ${message}`);
  };
  const { format, images, count } = manifest;
  if (format === "planes") {
    if (images !== undefined) fail('"images" is for the format "files"');
    if (manifest.width === undefined || manifest.height === undefined || manifest.channels === undefined) {
      fail('the format "planes" needs "width", "height" and "channels"');
    }
    return manifest;
  }
  if (images === undefined) return fail('"images" is missing; it must list the files');
  if (images.length !== count) fail(`"count" is ${count}, but "images" lists ${images.length}`);
  const unknown = images.find(({ label }) => !manifest.labels.includes(label));
  if (unknown) fail(`the label "${unknown.label}" of ${unknown.file} is not one of "labels"`);
  const names = images.map(({ file: name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) fail(`"images" lists ${twice} twice`);
  return manifest;
}
