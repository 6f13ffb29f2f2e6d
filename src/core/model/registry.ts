/** The classifiers that this service can attack. */
import { type Classifier, createClassifier } from "./classifier.ts";
import type { ModelEntry } from "./entry.ts";
import type { Runtime } from "./runtime.ts";

export interface Registry {
  /** All classifiers, by id in alphabetical order. */
  readonly classifiers: readonly Classifier[];
  /** The model of requests that name none. */
  readonly default: Classifier;
  /** The classifier of this id, if there is one. */
  get(id: string): Classifier | undefined;
}

/**
 * The registry of the models found by the build. No model is loaded before its first query.
 * The default is the model with `default` in its manifest, or the first one.
 * @param entries at least one, with different ids, at most one of them the default
 */
export function createRegistry(entries: readonly ModelEntry[], runtime: Runtime): Registry {
  const classifiers = entries
    .map((entry) => createClassifier(entry, runtime))
    .sort((a, b) => (a.manifest.id < b.manifest.id ? -1 : 1));
  const standard = classifiers.find(({ manifest }) => manifest.default) ?? classifiers[0];
  if (standard === undefined) throw new RangeError("there is no model");
  const byId = new Map(classifiers.map((classifier) => [classifier.manifest.id, classifier]));
  return { classifiers, default: standard, get: (id) => byId.get(id) };
}

/** What is known of a sample before it is read. */
export interface SampleFacts {
  /** Its name in requests, such as `cat-3`. */
  readonly name: string;
  readonly label: string;
  /** The id of its set. */
  readonly set: string;
  /** What the image shows, in words. */
  readonly title?: string;
  readonly author?: string;
  readonly licence: string;
  readonly licenceUrl?: string;
  readonly source: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
}

/** A shipped image that can be attacked by name. */
export interface Sample extends SampleFacts {
  /** Reads the file: PNG, JPEG or WebP. */
  readonly read: () => Promise<ArrayBuffer>;
}
