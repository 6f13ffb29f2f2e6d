import type { DensityMap } from "../../core/audit/statistics/statistics.ts";
import type { Proportion } from "../../core/audit/statistics/wilson.ts";
import { element, type SvgElement, type SvgNode, writeSvg } from "../svg.ts";
import { interval, number, percent } from "./words.ts";

/**
 * The plots of the evidence page. Colours come from the page's style sheet by class, so that they
 * follow light and dark; each plot has a name for those who cannot see it.
 */
function plot(name: string, width: number, height: number, ...children: readonly SvgNode[]): string {
  return writeSvg(
    element(
      "svg",
      {
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: "img",
        "aria-label": name,
        class: "plot",
      },
      element("title", {}, name),
      ...children,
    ),
  );
}

function text(x: number, y: number, words: string, className = ""): SvgElement {
  return element("text", { x, y, class: className || undefined }, words);
}

function line(x1: number, y1: number, x2: number, y2: number, className: string): SvgElement {
  return element("line", { x1, y1, x2, y2, class: className });
}

function box(
  x: number,
  y: number,
  width: number,
  height: number,
  className: string,
  shade?: number,
): SvgElement {
  return element("rect", { x, y, width, height, class: className, "fill-opacity": shade });
}

/** A share with its name, as one bar or dot of a plot. */
export interface NamedShare {
  readonly name: string;
  readonly share: Proportion;
}

const SHARE_ROW = 26;
const SHARE_LEFT = 96;
const SHARE_WIDTH = 200;

/** Shares as dots on a scale from 0 to 100 %, each with its interval as a line. */
export function sharesPlot(name: string, shares: readonly NamedShare[]): string {
  const height = shares.length * SHARE_ROW;
  const at = (share: number) => SHARE_LEFT + share * SHARE_WIDTH;
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    line(at(share), 0, at(share), height + 4, "grid"),
    text(at(share), height + 18, `${share * 100}`, "small middle"),
  ]);
  const dots = shares.flatMap(({ name: label, share }, row) => {
    const y = row * SHARE_ROW + SHARE_ROW / 2;
    if (share.rate === null)
      return [text(SHARE_LEFT - 8, y + 4, label, "end"), text(at(0) + 6, y + 4, "n = 0")];
    return [
      text(SHARE_LEFT - 8, y + 4, label, "end"),
      element(
        "g",
        {},
        element("title", {}, `${label}: ${percent(share.rate)} (${interval(share)}, n = ${share.n})`),
        line(at(share.low), y, at(share.high), y, "whisker"),
        element("circle", { cx: at(share.rate), cy: y, r: 5, class: "mark" }),
      ),
    ];
  });
  return plot(
    `${name}: ${shares.map(({ name: label, share }) => `${label} ${percent(share.rate)}`).join(", ")}`,
    SHARE_LEFT + SHARE_WIDTH + 24,
    height + 24,
    ...grid,
    ...dots,
    text(at(1) + 9, height + 18, "%", "small"),
  );
}

const MATRIX_LEFT = 84;
const MATRIX_TOP = 78;
const EMPTY_CELL = 0.06;

/**
 * Which label became which: a cell's shade and number count the successful attacks from its row's label
 * to its column's. With many labels the cells shrink, the numbers go, and one ground stands for all empty cells.
 */
export function matrixPlot(
  name: string,
  labels: readonly string[],
  matrix: readonly (readonly number[])[],
): string {
  const cell = Math.max(2, Math.min(24, Math.floor(240 / labels.length)));
  const named = cell >= 12;
  const [left, top] = named ? [MATRIX_LEFT, MATRIX_TOP] : [1, 1];
  const largest = Math.max(1, ...matrix.map((row) => Math.max(...row)));
  const size = cell * labels.length;
  const cells = matrix.map((row, from) =>
    row.flatMap((count, to) => {
      const [x, y] = [left + to * cell, top + from * cell];
      const shade = count / largest;
      if (from === to) return [box(x, y, cell - 1, cell - 1, "self")];
      if (count === 0 && !named) return [];
      const square = box(x, y, cell - 1, cell - 1, "heat", EMPTY_CELL + (1 - EMPTY_CELL) * shade);
      if (count === 0) return [square];
      const hint = element("title", {}, `${labels[from]} → ${labels[to]}: ${count}`);
      const digits = text(
        x + (cell - 1) / 2,
        y + cell / 2 + 4,
        number(count),
        shade > 0.5 ? "small middle on" : "small middle",
      );
      return [element("g", {}, hint, square, ...(cell >= 20 ? [digits] : []))];
    }),
  );
  if (!named) {
    const ground = box(left, top, size - 1, size - 1, "heat", EMPTY_CELL);
    // A group for each row: no function takes as many arguments as there may be cells.
    const rows = cells.map((row) => element("g", {}, ...row));
    return plot(name, left + size + 1, top + size + 1, ground, ...rows);
  }
  const names = labels.flatMap((label, at) => {
    const middle = at * cell + cell / 2;
    return [
      text(left - 6, top + middle + 4, label, "small end"),
      element(
        "text",
        { transform: `translate(${left + middle + 4} ${top - 6}) rotate(-60)`, class: "small" },
        label,
      ),
    ];
  });
  return plot(name, left + size + 36, top + size + 1, ...cells.flat(), ...names);
}

/** Where in the image the fooling pixels lie: the darker a cell, the more of them. */
export function densityPlot(name: string, { columns, rows, counts }: DensityMap): string {
  const cell = Math.max(1, Math.floor(256 / Math.max(columns, rows)));
  const largest = Math.max(1, ...counts);
  const cells = counts.flatMap((count, at) => {
    if (count === 0) return [];
    const [column, row] = [at % columns, Math.floor(at / columns)];
    return [
      element(
        "g",
        {},
        element("title", {}, `column ${column}, row ${row}: ${count}`),
        box(column * cell, row * cell, cell, cell, "heat", 0.15 + (0.85 * count) / largest),
      ),
    ];
  });
  const [width, height] = [columns * cell, rows * cell];
  return plot(name, width, height, box(0, 0, width, height, "ground"), ...cells);
}

const BAR_HEIGHT = 150;

/** Successful attacks by number of queries, one bar a power of two. */
export function queriesPlot(
  name: string,
  histogram: readonly (readonly [most: number, attacks: number])[],
): string {
  const width = 300;
  const step = width / Math.max(1, histogram.length);
  const largest = Math.max(1, ...histogram.map(([, attacks]) => attacks));
  const bars = histogram.flatMap(([most, attacks], at) => {
    const height = (attacks / largest) * (BAR_HEIGHT - 18);
    const middle = at * step + step / 2;
    const range = most <= 2 ? `${most}` : `${number(most / 2 + 1)} to ${number(most)}`;
    return [
      element(
        "g",
        {},
        element("title", {}, `${range} queries: ${attacks}`),
        box(at * step + 1, BAR_HEIGHT - height, step - 2, height, "bar"),
        ...(attacks > 0 ? [text(middle, BAR_HEIGHT - height - 4, number(attacks), "small middle")] : []),
      ),
      ...(at % 2 === 0 ? [text(middle, BAR_HEIGHT + 15, shortNumber(most), "small middle")] : []),
    ];
  });
  return plot(
    name,
    width + 12,
    BAR_HEIGHT + 36,
    element("g", { transform: "translate(6 0)" }, line(0, BAR_HEIGHT, width, BAR_HEIGHT, "grid"), ...bars),
    text(width / 2, BAR_HEIGHT + 32, "queries, at most", "small middle"),
  );
}

function shortNumber(value: number): string {
  return value < 1024 ? String(value) : `${value / 1024}k`;
}
