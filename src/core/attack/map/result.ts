import type { Engine } from "../../oracle/oracle.ts";
import type { Certificate, Prediction } from "../result.ts";
import type { Stopped } from "../stopped.ts";
import type { MapSettings } from "./settings.ts";

/** A corner colour of a pixel that fools the classifier. */
export interface FoolingColour {
  /** `#rrggbb` */
  readonly colour: string;
  /** The label that the classifier then predicts. */
  readonly label: string;
  readonly probability: number;
}

export interface MapPixel {
  readonly x: number;
  readonly y: number;
  /** The smallest log p_y − max log p_j over the pixel's corner colours; below 0 where one fools. */
  readonly margin: number;
  /** Sorted by colour, ascending. */
  readonly fooling: readonly FoolingColour[];
}

/** A change of one pixel to a corner colour that fools the classifier. */
export interface FoolingChange extends FoolingColour {
  readonly x: number;
  readonly y: number;
}

/** A rectangle of pixels of which some changes to corner colours were tried. It says nothing about the others. */
export interface MapBlock {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** How many of the changes were tried: at least one. */
  readonly tried: number;
  /** How many there are: every pixel in every corner colour. */
  readonly changes: number;
  /** The smallest log p_y − max log p_j of those that were tried. */
  readonly margin: number;
  /** Those that fool the classifier, in reading order, and by colour. */
  readonly fooling: readonly FoolingChange[];
}

export interface MapResult {
  readonly label: string;
  readonly before: Prediction;
  readonly width: number;
  readonly height: number;
  /** The pixels whose every colour was tried, in reading order: all pixels, unless the map is sampled or stopped early. */
  readonly pixels: readonly MapPixel[];
  /**
   * Only of a sampled map: every change that was tried stands in exactly one block. Of what no block covers, nothing was
   * tried.
   */
  readonly blocks?: readonly MapBlock[];
  readonly cost: { readonly queries: number; readonly budget: number };
  readonly settings: MapSettings;
  /** null if nothing was tried because the classifier is wrong before any pixel changes. */
  readonly stopped: Stopped | null;
  /** null unless every colour of every pixel was tried. */
  readonly certificate: Certificate | null;
  readonly engine: Engine;
}
