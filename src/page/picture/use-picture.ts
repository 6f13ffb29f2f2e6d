import { useEffect, useState } from "hono/jsx/dom";
import type { Model, Prediction, Sample } from "../../api/types.ts";
import type { Space } from "../../core/attack/options/settings.ts";
import { classify } from "../service/api.ts";
import { readOwn } from "./own-file.ts";
import { type Picture, pictureField, pictureInFragment } from "./picture.ts";
import { readSample } from "./sample.ts";

export interface Chosen {
  readonly picture: Picture | null;
  /** Prediction of the classifier about the picture; null until it is known. */
  readonly prediction: Prediction | null;
  /** Whether another picture is on its way. */
  readonly loading: boolean;
  /** Why there is no picture or no prediction, and what to do. */
  readonly problem: string | null;
}

/** Milliseconds that a picture stays before the classifier is asked: whoever runs through the samples asks once. */
const PASSING = 120;

const nothing: Chosen = { picture: null, prediction: null, loading: true, problem: null };

/** Where the picture comes from. */
export type Source = Pick<Sample, "name" | "label"> | File | null;

async function load(source: Source, model: Model, space: Space): Promise<Picture> {
  if (source instanceof File) return readOwn(source, source.name, model, space, false);
  if (source) return readSample(source, model, space);
  const linked = pictureInFragment(location.hash);
  if (linked) return readOwn(linked, "picture.png", model, space, true);
  throw new Error("This link does not contain its picture. Pick a sample, or choose the picture again.");
}

/**
 * Loads the chosen picture in the size in which it is attacked and asks the classifier about it.
 * The picture before stays until then, so that nothing flickers.
 * @param source a sample, a file, or null for the picture in the page's address
 */
export function usePicture(source: Source, model: Model, space: Space): Chosen {
  const [chosen, setChosen] = useState<Chosen>(nothing);
  const [loaded, setLoaded] = useState<readonly [Source, Model, Space] | null>(null);
  useEffect(() => {
    let current = true;
    const show = (next: Partial<Chosen>) => {
      if (!current) return;
      setChosen({ ...nothing, loading: false, ...next });
      setLoaded([source, model, space]);
    };
    const follow = async () => {
      let picture: Picture | null = null;
      try {
        picture = await load(source, model, space);
        show({ picture });
        await new Promise((resolve) => setTimeout(resolve, PASSING));
        if (!current) return;
        show({ picture, prediction: await classify(pictureField(picture), model) });
      } catch (error) {
        show({ picture, problem: error instanceof Error ? error.message : String(error) });
      }
    };
    void follow();
    return () => {
      current = false;
    };
  }, [source, model, space]);
  return {
    ...chosen,
    // Probabilities stand in the order of the labels of the model that gave them: another model's mean nothing.
    prediction: loaded?.[1] === model ? chosen.prediction : null,
    loading: loaded?.[0] !== source || loaded[1] !== model || loaded[2] !== space,
  };
}
