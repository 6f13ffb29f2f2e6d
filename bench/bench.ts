/**
 * What the README claims, measured side by side in one run.
 *
 *   npm run bench              a table
 *   npm run bench -- --json    an array of { name, perSecond, ratio, share }
 */
import { attackContestants, withKernelShare } from "./attack.ts";
import { httpFigures } from "./http.ts";
import { compilationFigure, queryContestants } from "./inference.ts";
import { mapFigures } from "./map.ts";
import { compare } from "./measure.ts";

const measured = await compare([...(await queryContestants()), ...attackContestants()]);
const figures = [
  ...withKernelShare(measured),
  ...(await mapFigures()),
  compilationFigure(),
  ...(await httpFigures()),
];

if (process.argv.includes("--json")) {
  console.log(JSON.stringify(figures, null, 1));
} else {
  console.table(
    figures.map(({ name, perSecond, ratio, share }) => ({
      name,
      "per second": Number(perSecond.toPrecision(4)),
      "ms each": Number((1000 / perSecond).toPrecision(3)),
      ratio: ratio === null ? "" : ratio.toFixed(3),
      share: share === null ? "" : `${(share * 100).toFixed(2)} %`,
    })),
  );
}
