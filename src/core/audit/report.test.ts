import { beforeAll, describe, expect, test } from "vitest";
import { fooled, outcome } from "../../../test/support/outcomes.ts";
import { fc } from "../../../test/support/property.ts";
import { evaluationSet, nodeRegistry } from "../../node/services.ts";
import { reportBadge } from "../../report/badge/message.ts";
import { publishedFrame } from "../../report/evidence/frame.ts";
import { evidencePage, notAuditedPage } from "../../report/evidence/page.ts";
import { decodePng } from "../image/png/png.ts";
import type { Raster } from "../image/raster.ts";
import type { Classifier } from "../model/classifier.ts";
import { auditImage } from "./audit-image.ts";
import { writeCsv } from "./csv.ts";
import { defineAudit } from "./define.ts";
import { evaluationImages, sampleIndices } from "./image-set.ts";
import type { ImageOutcome } from "./outcome.ts";
import { makeReport } from "./report.ts";

let classifier: Classifier;
beforeAll(() => {
  classifier = nodeRegistry().default;
});

const first = (count: number) => ({ set: "cifar10-test", count, seed: null }) as const;
const define = (part: Partial<Parameters<typeof defineAudit>[1]> = {}) =>
  defineAudit(
    classifier,
    { images: first(4), pixels: [1, 3], targeted: false, options: {}, ...part },
    100_000,
  );

describe("an audit's definition", () => {
  test("holds every option of every row, but label and target", () => {
    const { rows, options } = define({ options: { budget: 500, seed: 7 } });
    expect(rows.map(({ pixels }) => pixels)).toEqual([1, 3]);
    for (const { settings } of rows) {
      expect(settings).toMatchObject({ budget: 500, seed: 7 });
      expect(Object.keys(settings)).not.toContain("label");
    }
    expect(options).toEqual({ budget: 500, seed: 7 });
  });

  test.each([
    ["no pixels", { pixels: [] }, "must have 1 to 10"],
    ["pixels twice", { pixels: [3, 3] }, "must not contain a number twice"],
    ["too many pixels", { pixels: [2000] }, "from 1 to 1024"],
    ["corners with three pixels", { pixels: [3], options: { search: "corners" } }, "needs pixels=1"],
  ] as const)("refuses %s", (_, part, message) => {
    expect(() => define(part)).toThrow(message);
  });
});

describe("an audit's images", () => {
  const labels = () => classifier.manifest.labels;
  const indices = (images: ReturnType<typeof first> | { set: "cifar10-test"; count: number; seed: number }) =>
    evaluationImages(images, classifier.manifest, evaluationSet()).map(({ index }) => index);

  test("are the first ones, or a sample that its seed repeats", () => {
    expect(indices(first(3))).toEqual([0, 1, 2]);
    expect(indices({ set: "cifar10-test", count: 3, seed: 7 })).toEqual(sampleIndices(1000, 3, 7));
    expect(() => indices(first(1001))).toThrow("The evaluation set cifar10-test has 1000 images, not 1001");
  });

  test("have their labels by name, wherever the model has them", () => {
    const imagesFor = (labels: readonly string[]) =>
      evaluationImages(first(20), { id: "m", labels }, evaluationSet());
    const straight = imagesFor(labels());
    const turned = imagesFor(labels().toReversed());
    expect(straight.slice(0, 4).map(({ label }) => labels()[label])).toEqual([
      "cat",
      "ship",
      "ship",
      "airplane",
    ]);
    expect(turned.map(({ label }) => 9 - label)).toEqual(straight.map(({ label }) => label));
    expect(() => imagesFor(labels().with(0, "jet").with(9, "lorry"))).toThrow(
      "The model m lacks labels of the evaluation set cifar10-test: airplane, truck. Choose a model that has them all.",
    );
  });

  test("are sampled without repetition, and a larger sample holds the smaller", () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.nat(300), fc.nat(300), fc.nat(2 ** 32 - 1));
    fc.assert(
      fc.property(sizes, ([size, one, other, seed]) => {
        const [small, large] = [Math.min(one, other, size), Math.min(Math.max(one, other), size)];
        const sample = sampleIndices(size, large, seed);
        expect(new Set(sample).size).toBe(large);
        expect(sample.every((index) => index >= 0 && index < size)).toBe(true);
        expect(sample).toEqual(sample.toSorted((a, b) => a - b));
        expect(sample).toEqual(expect.arrayContaining(sampleIndices(size, small, seed)));
      }),
    );
    expect(sampleIndices(1000, 10, 1)).not.toEqual(sampleIndices(1000, 10, 2));
    expect(() => sampleIndices(10, 11, 1)).toThrow(RangeError);
  });

  test("are sampled by MurmurHash3's finaliser, so that a seed stands for the same images in every version", () => {
    const mix = (value: bigint) => {
      const M = 0xffff_ffffn;
      let hash = (value + 0x9e37_79b9n) & M;
      hash = ((hash ^ (hash >> 16n)) * 0x85eb_ca6bn) & M;
      hash = ((hash ^ (hash >> 13n)) * 0xc2b2_ae35n) & M;
      return hash ^ (hash >> 16n);
    };
    for (const seed of [0, 1, 7, 2 ** 32 - 1]) {
      const keys = Array.from({ length: 1000 }, (_, index) => mix(mix(BigInt(seed)) ^ BigInt(index)));
      const order = [...keys.keys()].toSorted((a, b) => (keys[a]! < keys[b]! ? -1 : 1));
      expect(sampleIndices(1000, 50, seed)).toEqual(order.slice(0, 50).toSorted((a, b) => a - b));
    }
    expect(sampleIndices(10, 10, 3)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(sampleIndices(10, 0, 3)).toEqual([]);
    expect(() => sampleIndices(10, -1, 3)).toThrow(new RangeError("A sample of -1 from 10 is not possible."));
  });

  test("are at least one, and at most as many as there are", () => {
    expect(indices(first(1000))).toHaveLength(1000);
    expect(() => indices(first(0))).toThrow("The evaluation set cifar10-test has 1000 images, not 0");
  });

  test("are drawn evenly: no tenth of the set is preferred over 2,000 seeds", () => {
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2000; seed++) {
      for (const index of sampleIndices(100, 10, seed)) counts[Math.floor(index / 10)]! += 1;
    }
    // 2,000 expected in each tenth, with a standard deviation of at most 43.
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(43 * 5);
  });
});

describe("the attacks on one image", () => {
  const run =
    (status: "survived" | "misclassified", calls: (string | null)[]) =>
    async (settings: { target: string | null }) => {
      calls.push(settings.target);
      return outcome({ index: 0, label: 3, status });
    };

  test("aim at every other label in a targeted audit", async () => {
    const calls: (string | null)[] = [];
    await auditImage(define({ targeted: true, pixels: [1] }), 3, run("survived", calls));
    expect(calls).toEqual(classifier.manifest.labels.filter((label) => label !== "cat"));
  });

  test("end at once when the image is misclassified", async () => {
    const calls: (string | null)[] = [];
    await auditImage(define({ targeted: true, pixels: [1, 3] }), 3, run("misclassified", calls));
    expect(calls).toHaveLength(2);
  });
});

test("CSV holds a line for each outcome and quotes what needs it", () => {
  const csv = writeCsv(
    [
      fooled(0, 0, 1, { probability: 0.625 }),
      outcome({ index: 1, label: 1, status: "failed", problem: 'It broke, "badly".' }),
    ],
    ["cat", "dog, or so"],
  );
  expect(csv).toBe(
    "index,label,pixels,target,status,newLabel,probability,queries,certified,changed,problem\r\n" +
      '0,cat,1,,fooled,"dog, or so",0.625,10,false,0 0 #000000 #ffffff,\r\n' +
      '1,"dog, or so",1,,failed,,,100,false,,"It broke, ""badly""."\r\n',
  );
});

describe("a report", () => {
  const image: Raster = { width: 32, height: 32, channels: 3, data: new Uint8Array(32 * 32 * 3).fill(9) };
  const outcomes: ImageOutcome[] = [3, 1].flatMap((pixels) =>
    Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0
        ? fooled(index, 3, 5, { pixels, queries: index + 1 })
        : outcome({ index, pixels, label: 1 }),
    ).toReversed(),
  );
  const report = () => makeReport(define({ images: first(20) }), outcomes, "2026-01-02");

  test("has a row for each number of pixels, with the first fooled images", () => {
    const { rows } = report();
    expect(rows.map(({ pixels }) => pixels)).toEqual([1, 3]);
    for (const { statistics, gallery } of rows) {
      expect(statistics.fooled).toMatchObject({ count: 10, n: 20 });
      expect(gallery.map(({ index }) => index)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    }
  });

  test("is the same whatever the order of the outcomes", () => {
    const shuffled = makeReport(define({ images: first(20) }), outcomes.toReversed(), "2026-01-02");
    expect(JSON.stringify(shuffled)).toBe(JSON.stringify(report()));
  });

  test("makes a page that says each rate with its interval and n, needs no script, and repeats itself", async () => {
    const page = String(await evidencePage(report(), publishedFrame(report(), evaluationSet()), () => image));
    expect(page).toContain("<strong>50.0 %</strong> of\n20 correctly classified images");
    expect(page).toContain("95 % interval 29.9–70.1 %");
    expect(page).toContain(
      "npm run audit -- --model cifar10-resnet8 --set cifar10-test --images 20 --pixels 1,3",
    );
    expect(page).not.toMatch(/<script|\sstyle=|\son\w+=/);
    const shown = [...page.matchAll(/class="adversarial" src="data:image\/png;base64,([^"]*)"/g)];
    expect(shown).toHaveLength(20);
    const { data } = await decodePng(Buffer.from(shown[1]![1]!, "base64"), 3);
    const changed = Array.from(data, (value, at) => (value === 9 ? [] : [at, value]));
    expect(changed.flat()).toEqual([6, 255, 7, 255, 8, 255]);
  });

  test("of 1,000 labels holds those that occur alone, in the statistics and on its page", async () => {
    const { model, ...rest } = define({ images: { ...first(20), labelledBy: "lite" } });
    const labels = Array.from({ length: 1000 }, (_, label) => `label ${label}`);
    const large = makeReport({ ...rest, model: { ...model, labels } }, outcomes, "2026-01-02");
    for (const { statistics } of large.rows) {
      expect(statistics.byClass.map(({ label }) => label)).toEqual([1, 3]);
      expect(statistics.matrix).toEqual([[3, 5, 10]]);
    }
    expect(JSON.stringify(large).length - JSON.stringify(labels).length).toBeLessThan(40_000);
    const page = String(await evidencePage(large, publishedFrame(large, evaluationSet()), () => image));
    expect(page).toContain("for the 3 of 1,000 classes that occur");
    expect(page).toContain("The labels are what lite predicts on the unchanged images");
    expect(reportBadge(large)!.label).toBe("pixel attack, self-reported");
  });

  test("makes a page that escapes names", async () => {
    const nasty = '"><script>alert(1)</script>&';
    const { model, ...rest } = report();
    const labels = model.labels.map(() => nasty);
    const page = String(
      await evidencePage(
        { ...rest, model: { ...model, title: nasty, labels } },
        publishedFrame(report(), evaluationSet()),
        () => image,
      ),
    );
    expect(page).not.toContain("<script");
    expect(String(await notAuditedPage({ id: "a", title: nasty }))).not.toContain("<script");
  });
});
