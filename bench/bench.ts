/**
 * What the README claims, measured side by side in one run.
 *
 *   npm run bench              a table
 *   npm run bench -- --json    an array of { name, perSecond, ratio, share }
 */
import { attackFigures } from "./attack.ts";
import type { Figure } from "./measure.ts";

const figures: Figure[] = [...(await attackFigures())];

if (process.argv.includes("--json")) {
  console.log(JSON.stringify(figures, null, 1));
} else {
  console.table(
    figures.map(({ name, perSecond, ratio, share }) => ({
      name,
      "per second": Number(perSecond.toPrecision(4)),
      ratio: ratio === null ? "1 (reference)" : ratio.toFixed(3),
      share: share === null ? "" : `${(share * 100).toFixed(2)} %`,
    })),
  );
}
