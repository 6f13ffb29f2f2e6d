import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A shipped image before it is an asset. */
export interface SampleFile {
  readonly name: string;
  readonly label: string;
  readonly file: string;
}

/**
 * The PNG files of samples/, named label-number: `cat-3.png` is a sample named cat-3, of the label cat.
 * @throws Error unless the manifest.json beside them has all of their labels
 */
export function readSamples(folder: string): SampleFile[] {
  if (!existsSync(folder)) return [];
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest))
    throw new Error(`${manifest}: is missing; it must hold the samples' labels and source`);
  const { labels }: { labels: readonly string[] } = JSON.parse(readFileSync(manifest, "utf8"));
  const collator = new Intl.Collator("en", { numeric: true });
  return readdirSync(folder)
    .filter((name) => name.endsWith(".png"))
    .sort(collator.compare)
    .map((base) => {
      const file = join(folder, base);
      const [, name, label] = /^(([^/]+)-\d+)\.png$/.exec(base) ?? [];
      if (name === undefined || label === undefined) {
        throw new Error(`${file}: a sample must be named label-number.png, such as cat-3.png`);
      }
      if (!labels.includes(label)) {
        throw new Error(`${file}: the label "${label}" is not one of "labels" in ${manifest}`);
      }
      return { name, label, file };
    });
}
