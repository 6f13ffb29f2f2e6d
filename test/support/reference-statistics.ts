/**
 * The figures of an audit, written a second time: from the lines of its CSV file, with labels by name, and
 * with other formulas than src/core/audit/ has.
 */

/** A line of the CSV file, by the names of its columns. */
export type Line = Readonly<Record<string, string>>;

/** The lines of a CSV file (RFC 4180). */
export function readCsv(text: string): Line[] {
  const fields = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of fields) {
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end !== ",") lines.push([]);
  }
  const [names, ...rest] = lines.filter((line) => line.length > 0);
  return rest.map((line) => Object.fromEntries(names!.map((name, column) => [name, line[column]!])));
}

/** The Wilson interval as the two roots of n (p − p̂)² = z² p (1 − p). */
function share(count: number, n: number) {
  if (n === 0) return { count, n, rate: null, low: 0, high: 1 };
  const z2 = 1.959963984540054 ** 2;
  const [a, b, c] = [n + z2, -(2 * count + z2), count ** 2 / n];
  const root = Math.sqrt(b * b - 4 * a * c);
  return { count, n, rate: count / n, low: (-b - root) / (2 * a), high: (-b + root) / (2 * a) };
}

/** Each percentile as a weighted sum of all values, by how near their ranks are. */
function summary(values: readonly number[]) {
  if (values.length === 0) return null;
  const ascending = Float64Array.from(values).sort();
  const n = values.length;
  const percentile = (percent: number) =>
    ascending.reduce((sum, value, rank) => {
      const weight = 1 - Math.abs(rank - ((n - 1) * percent) / 100);
      return weight > 0 ? sum + weight * value : sum;
    }, 0);
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  const [smallest, largest] = [Math.min(...values), Math.max(...values)];
  return { n, mean, median: percentile(50), percentile90: percentile(90), smallest, largest };
}

function spotsOf({ changed }: Line): [x: number, y: number][] {
  return changed === ""
    ? []
    : changed!.split("; ").map((spot) => {
        const [x, y] = spot.split(" ");
        return [Number(x), Number(y)];
      });
}

/** The figures of the lines of one setting of `pixels`. */
export function figuresOf(lines: readonly Line[], labels: readonly string[], width: number, height: number) {
  const numbers = [...new Set(lines.map(({ index }) => index))];
  const statusesOf = (index: string | undefined) =>
    lines.filter((line) => line.index === index).map(({ status }) => status);
  const answered = numbers.filter((index) => !statusesOf(index).includes("failed"));
  const correct = answered.filter((index) => !statusesOf(index).includes("misclassified"));
  const attacks = lines.filter(({ index }) => correct.includes(index));
  const fooled = attacks.filter(({ status }) => status === "fooled");
  const fooledImages = (list: readonly (string | undefined)[]) =>
    list.filter((index) => fooled.some((line) => line.index === index)).length;
  const ofLabel = (list: readonly (string | undefined)[], label: string) =>
    list.filter((index) => lines.find((line) => line.index === index)!.label === label);
  const uncertified = new Set(
    attacks.filter(({ certified }) => certified !== "true").map(({ index }) => index),
  );
  const queries = fooled.map((line) => Number(line.queries));
  const last = Math.ceil(Math.log2(Math.max(1, ...queries)));
  const [columns, rows] = [Math.min(32, width), Math.min(32, height)];
  const cells = fooled.flatMap(spotsOf).map(([x, y]) => {
    return `${Math.floor(x / (width / columns))},${Math.floor(y / (height / rows))}`;
  });
  const aimed = attacks.filter(({ target }) => target !== "");
  const reached = (list: readonly Line[]) =>
    share(list.filter((line) => line.status === "fooled").length, list.length);
  return {
    images: answered.length,
    failed: numbers.length - answered.length,
    accuracy: share(correct.length, answered.length),
    fooled: share(fooledImages(correct), correct.length),
    certified: share(correct.length - uncertified.size, correct.length),
    byClass: labels.flatMap((name, label) => {
      const own = ofLabel(correct, name);
      if (ofLabel(answered, name).length === 0) return [];
      return {
        label,
        accuracy: share(own.length, ofLabel(answered, name).length),
        fooled: share(fooledImages(own), own.length),
      };
    }),
    matrix: labels.flatMap((from, a) =>
      labels.flatMap((to, b) => {
        const attacks = fooled.filter((line) => line.label === from && line.newLabel === to).length;
        return attacks > 0 ? [[a, b, attacks]] : [];
      }),
    ),
    queries: {
      fooled: summary(queries),
      all: summary(attacks.map((line) => Number(line.queries))),
      total: attacks.reduce((sum, line) => sum + Number(line.queries), 0),
      histogram:
        queries.length === 0
          ? []
          : Array.from({ length: last + 1 }, (_, power) => [
              2 ** power,
              queries.filter((n) => Math.max(0, Math.ceil(Math.log2(n))) === power).length,
            ]),
    },
    confidence: summary(fooled.map((line) => Number(line.probability))),
    density: {
      columns,
      rows,
      counts: Array.from({ length: columns * rows }, (_, cell) => {
        const name = `${cell % columns},${Math.floor(cell / columns)}`;
        return cells.filter((one) => one === name).length;
      }),
    },
    targets:
      aimed.length === 0
        ? null
        : {
            reached: reached(aimed),
            byTarget: labels.map((name) => reached(aimed.filter(({ target }) => target === name))),
            labelsReached: summary(
              correct.map((index) => fooled.filter((line) => line.index === index).length),
            ),
          },
  };
}

/** How many images need how many pixels, over the lines of all settings. */
export function fewestOf(lines: readonly Line[]) {
  const byImage = Map.groupBy(lines, ({ index }) => index);
  const searched = [...byImage.values()].filter((image) =>
    image.every(({ status }) => status !== "failed" && status !== "misclassified"),
  );
  const counts = new Map<number, number>();
  let survived = 0;
  for (const image of searched) {
    const sizes = image.filter(({ status }) => status === "fooled").map((line) => spotsOf(line).length);
    if (sizes.length === 0) survived++;
    else counts.set(Math.min(...sizes), (counts.get(Math.min(...sizes)) ?? 0) + 1);
  }
  return { n: searched.length, counts: [...counts].sort(([a], [b]) => a - b), survived };
}
