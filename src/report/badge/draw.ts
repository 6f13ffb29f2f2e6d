import { element, type SvgElement, writeSvg } from "../svg.ts";
import { textWidth } from "./metrics.ts";

export type BadgeStyle = "flat" | "flat-square";

/** What a badge says: `label` on the left, in grey; `message` on the right, on its colour. */
export interface Badge {
  readonly label: string;
  readonly message: string;
  /** `#rrggbb`, dark enough for white text. */
  readonly color: string;
}

/** Geometry of the shields.io badges, in CSS pixels. */
const HEIGHT = 20;
const PADDING = 5;
const FONT_SIZE = 11;
const FONT_FAMILY = "Verdana,Geneva,DejaVu Sans,sans-serif";
/** The font grows and the drawing shrinks by this much, because renderers round small font sizes. */
const FONT_SCALE = 10;
const BASELINE = 14;
const LABEL_COLOR = "#555";

interface Part {
  readonly text: string;
  readonly color: string;
  /** Where the part begins, its width, and the width of the text in it. */
  readonly left: number;
  readonly width: number;
  readonly textWidth: number;
  readonly centre: number;
}

/**
 * Draws a badge as an SVG document, in the geometry of the shields.io styles of the same names.
 * Each text is held to its computed width by `textLength`, so that the badge looks alike in every font.
 */
export function drawBadge(badge: Badge, style: BadgeStyle): string {
  const label = part(badge.label, LABEL_COLOR, 0);
  const message = part(badge.message, badge.color, label.width);
  const parts = [label, message].filter(({ width }) => width > 0);
  const width = label.width + message.width;
  const name = badge.label === "" ? badge.message : `${badge.label}: ${badge.message}`;
  return writeSvg(
    element(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        width,
        height: HEIGHT,
        viewBox: `0 0 ${width} ${HEIGHT}`,
        role: "img",
        "aria-label": name,
      },
      element("title", {}, name),
      ...(style === "flat" ? flat(parts, width) : flatSquare(parts)),
    ),
  );
}

/** Shields rounds the width of a text up to an odd number, which keeps the text's middle on a pixel. */
function part(text: string, color: string, left: number): Part {
  if (text === "") return { text, color, left, width: 0, textWidth: 0, centre: left };
  const rounded = Math.floor(textWidth(text, FONT_SIZE)) | 1;
  const width = rounded + 2 * PADDING;
  // The two texts stand one pixel off their middles, towards each other.
  return { text, color, left, width, textWidth: rounded, centre: left + width / 2 + (left === 0 ? 1 : -1) };
}

function flat(parts: readonly Part[], width: number): SvgElement[] {
  const stop = (attributes: SvgElement["attributes"]) =>
    element("stop", { ...attributes, "stop-opacity": 0.1 });
  return [
    element(
      "linearGradient",
      { id: "shade", x2: 0, y2: "100%" },
      stop({ offset: 0, "stop-color": "#bbb" }),
      stop({ offset: 1 }),
    ),
    element("clipPath", { id: "corners" }, element("rect", { width, height: HEIGHT, rx: 3, fill: "#fff" })),
    element(
      "g",
      { "clip-path": "url(#corners)" },
      ...parts.map(background),
      element("rect", { width, height: HEIGHT, fill: "url(#shade)" }),
    ),
    texts(parts, (one) => [
      text(one, BASELINE + 1, { "aria-hidden": "true", fill: "#010101", "fill-opacity": 0.3 }),
      text(one, BASELINE),
    ]),
  ];
}

function flatSquare(parts: readonly Part[]): SvgElement[] {
  return [
    element("g", { "shape-rendering": "crispEdges" }, ...parts.map(background)),
    texts(parts, (one) => [text(one, BASELINE)]),
  ];
}

function background({ left, width, color }: Part): SvgElement {
  return element("rect", { x: left, width, height: HEIGHT, fill: color });
}

function texts(parts: readonly Part[], draw: (one: Part) => SvgElement[]): SvgElement {
  return element(
    "g",
    {
      fill: "#fff",
      "text-anchor": "middle",
      "font-family": FONT_FAMILY,
      "text-rendering": "geometricPrecision",
      "font-size": FONT_SIZE * FONT_SCALE,
    },
    ...parts.flatMap(draw),
  );
}

function text(one: Part, baseline: number, attributes: SvgElement["attributes"] = {}): SvgElement {
  return element(
    "text",
    {
      ...attributes,
      x: one.centre * FONT_SCALE,
      y: baseline * FONT_SCALE,
      transform: `scale(${1 / FONT_SCALE})`,
      textLength: one.textWidth * FONT_SCALE,
    },
    one.text,
  );
}
