import { OnepixelError } from "../../errors.ts";
import type { InputFormat } from "../manifest.ts";

/** How a byte becomes a value of the tensor: (byte × scale − mean[channel]) ÷ std[channel]. */
export type Normalisation = Pick<InputFormat, "scale" | "mean" | "std">;

interface Recipe extends Normalisation {
  /** A description for users. */
  readonly meaning: string;
}

/** Mean and std with one number apply to any number of channels. */
const RECIPES = {
  imagenet: {
    meaning: "the mean and standard deviation of ImageNet, as for torchvision's models",
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  cifar10: {
    meaning: "the mean and standard deviation of CIFAR-10",
    scale: 1 / 255,
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.247, 0.2435, 0.2616],
  },
  mnist: {
    meaning: "the mean and standard deviation of MNIST, grey",
    scale: 1 / 255,
    mean: [0.1307],
    std: [0.3081],
  },
  "0-1": { meaning: "numbers from 0 to 1", scale: 1 / 255, mean: [0], std: [1] },
  "-1-1": { meaning: "numbers from -1 to 1", scale: 1 / 127.5, mean: [1], std: [1] },
  none: { meaning: "the bytes themselves, 0 to 255", scale: 1, mean: [0], std: [1] },
} as const satisfies Readonly<Record<string, Recipe>>;

export type RecipeName = keyof typeof RECIPES;

/** The names of the known normalisations. */
export const recipeNames = Object.keys(RECIPES) as RecipeName[];

/** What a normalisation does, in a few words. */
export const meaningOf = (name: RecipeName): string => RECIPES[name].meaning;

const isForAny = ({ mean }: Normalisation) => new Set(mean).size === 1 && (mean[0] === 0 || mean[0] === 1);

/** The normalisations for this number of channels. */
export function recipesFor(channels: 1 | 3): RecipeName[] {
  return recipeNames.filter((name) => isForAny(RECIPES[name]) || RECIPES[name].mean.length === channels);
}

const spread = (values: readonly number[] | undefined, channels: number, otherwise: number) => {
  const given = values ?? [otherwise];
  return given.length === 1 ? Array.from({ length: channels }, () => given[0]!) : [...given];
};

/**
 * A normalisation given by name or in numbers; omitted numbers have no effect.
 * @throws OnepixelError `invalid-option` (field `normalise`) for a known one with a different number of
 * channels
 */
export function resolveNormalisation(
  given: RecipeName | Partial<Normalisation>,
  channels: 1 | 3,
): Normalisation {
  if (typeof given === "string") return recipe(given, channels);
  return {
    scale: given.scale ?? 1,
    mean: spread(given.mean, channels, 0),
    std: spread(given.std, channels, 1),
  };
}

/**
 * A known normalisation for a classifier with this number of channels.
 * @throws OnepixelError `invalid-option` (field `normalise`) for one that is for another number of channels
 */
export function recipe(name: RecipeName, channels: 1 | 3): Normalisation {
  const { scale, mean, std } = RECIPES[name];
  if (!recipesFor(channels).includes(name)) {
    const message = `normalise=${name} is for ${mean.length === 1 ? "grey" : "RGB"} images, but the model has ${channels} channel${channels === 1 ? "" : "s"}. Use one of ${recipesFor(channels).join(", ")}.`;
    throw new OnepixelError("invalid-option", message, { field: "normalise" });
  }
  const perChannel = (values: readonly number[]) =>
    values.length === channels ? [...values] : Array.from({ length: channels }, () => values[0]!);
  return { scale, mean: perChannel(mean), std: perChannel(std) };
}
