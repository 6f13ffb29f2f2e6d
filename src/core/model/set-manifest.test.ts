import { expect, test } from "vitest";
import { parseSetManifest } from "./set-manifest.ts";

const photos = {
  id: "photos",
  title: "Photos",
  labels: ["dining table", "fig"],
  format: "files",
  count: 2,
  licence: "each photo’s own",
  source: "each photo’s own",
  labelledBy: "lite",
  images: [
    { file: "table.jpg", label: "dining table", licence: "CC0-1.0", author: "Ann", left: 3 },
    { file: "fig.png", label: "fig" },
  ],
};
const digits = {
  ...photos,
  format: "planes",
  width: 28,
  height: 28,
  channels: 1,
  images: undefined,
};
const parse = (manifest: object) => parseSetManifest(JSON.stringify(manifest), "m.json", "photos");

test("files may have labels with blanks, credits of their own, and fields that say where they come from", () => {
  expect(parse(photos)).toEqual(photos);
  expect(parse(digits)).toMatchObject({ format: "planes", channels: 1 });
});

const first = (changes: object) => ({
  ...photos,
  images: [{ ...photos.images[0], ...changes }, photos.images[1]],
});

test.each<[string, object, string]>([
  [
    "another folder",
    { ...photos, id: "other" },
    '"id" must be the name of its folder, "photos", not "other"',
  ],
  [
    "an unknown field",
    { ...photos, licenze: "MIT" },
    '"licenze" is not a field; the fields here are id, title',
  ],
  ["no licence", { ...photos, licence: undefined }, '"licence" is missing'],
  ["another format", { ...photos, format: "png" }, '"format" must be one of "files", "planes"'],
  [
    "a path",
    first({ file: "../table.jpg" }),
    '"images[0].file" must be the name of a PNG, JPEG or WebP file',
  ],
  ["another file", first({ file: "table.gif" }), "must be the name of a PNG, JPEG or WebP file"],
  ["a strange label", first({ label: "cat" }), 'the label "cat" of table.jpg is not one of "labels"'],
  ["a file twice", first({ file: "fig.png" }), '"images" lists fig.png twice'],
  ["another count", { ...photos, count: 3 }, '"count" is 3, but "images" lists 2'],
  ["no list", { ...photos, images: undefined }, '"images" is missing; it must list the files'],
  ["a list of planes", { ...photos, format: "planes" }, '"images" is for the format "files"'],
  ["no size", { ...digits, width: undefined }, 'the format "planes" needs "width", "height" and "channels"'],
])("%s is refused", (_, manifest, message) => {
  expect(() => parse(manifest)).toThrow(`m.json: `);
  expect(() => parse(manifest)).toThrow(message);
});
