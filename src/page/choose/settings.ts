/** What the user has set, and its form in the page's address, so that a link reproduces a run. */
import { type Search, type Space, searches, spaces } from "../../core/attack/options/settings.ts";

export const views = ["attack", "map", "targets"] as const;
export type View = (typeof views)[number];

/** How many pixels to change, or `min` for the fewest that fool. */
export type Pixels = number | "min";

export interface Settings {
  readonly view: View;
  /** Name of the sample; null for a picture of the user's own. */
  readonly sample: string | null;
  /** null for the service's default. */
  readonly model: string | null;
  readonly pixels: Pixels;
  /** Whose pixels change, if the picture is not of the classifier's size. */
  readonly space: Space;
  /** null for any other label. */
  readonly target: string | null;
  readonly search: Search;
  readonly seed: number;
  /** Start at once when the page opens. */
  readonly run: boolean;
}

export const defaults: Settings = {
  view: "attack",
  sample: "deer-4",
  model: null,
  pixels: 1,
  space: "input",
  target: null,
  search: "auto",
  seed: 1,
  run: false,
};

function oneOf<T extends string>(values: readonly T[], text: string | null, otherwise: T): T {
  return values.find((value) => value === text) ?? otherwise;
}

function wholeNumber(text: string | null, min: number, max: number, otherwise: number): number {
  const value = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : otherwise;
}

/** Reads settings from an address; what is missing or impossible there takes its default. */
export function parseSettings(query: URLSearchParams): Settings {
  return {
    view: oneOf(views, query.get("view"), defaults.view),
    sample: (query.get("sample") ?? defaults.sample) || null,
    model: query.get("model"),
    pixels: query.get("pixels") === "min" ? "min" : wholeNumber(query.get("pixels"), 1, 1024, 1),
    space: oneOf(spaces, query.get("space"), defaults.space),
    target: query.get("target"),
    search: oneOf(searches, query.get("search"), defaults.search),
    seed: wholeNumber(query.get("seed"), 0, 2 ** 32 - 1, defaults.seed),
    run: query.get("run") === "1",
  };
}

/** The query string that `parseSettings` reads; every value that matters to the result is spelt out. */
export function formatSettings(settings: Settings): string {
  const { view, sample, model, pixels, space, target, search, seed, run } = settings;
  const query = new URLSearchParams();
  if (view !== defaults.view) query.set("view", view);
  // An empty name is a picture of the user's own, which the address's fragment carries.
  query.set("sample", sample ?? "");
  if (model !== null) query.set("model", model);
  query.set("pixels", String(pixels));
  if (space !== defaults.space) query.set("space", space);
  if (target !== null) query.set("target", target);
  query.set("search", search);
  query.set("seed", String(seed));
  if (run) query.set("run", "1");
  return query.toString();
}

/**
 * The options of a map, under the API's names.
 * @param space whose pixels the picture shows
 */
export function mapOptions(settings: Settings, space: Space): Record<string, string | number> {
  const { model, seed } = settings;
  return { ...(model !== null && { model }), ...(space !== defaults.space && { space }), seed };
}

/**
 * The options of an attack, under the API's names.
 * @param space whose pixels the picture shows
 */
export function attackOptions(settings: Settings, space: Space): Record<string, string | number> {
  const { model, pixels, target, search, seed } = settings;
  return {
    ...(model !== null && { model }),
    pixels,
    ...(space !== defaults.space && { space }),
    ...(target !== null && { target }),
    search,
    seed,
  };
}
