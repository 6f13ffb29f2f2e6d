/** The files of a finished audit. The same outcomes give the same bytes. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeCsv } from "../../core/audit/csv.ts";
import type { Check } from "../../core/audit/gate.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import type { AuditReport } from "../../core/audit/report.ts";
import { groupBy } from "../../core/audit/statistics/group-by.ts";
import type { Raster } from "../../core/image/raster.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { pngBytes } from "../../node/index.ts";
import { evaluationDigest, evaluationSets } from "../../node/services.ts";
import { drawBadge } from "../../report/badge/draw.ts";
import { reportBadge, shieldsEndpoint } from "../../report/badge/message.ts";
import { writeJunit } from "../../report/ci/junit.ts";
import { evalStatement } from "../../report/ci/statement.ts";
import { adversarialUrl } from "../../report/evidence/adversarial.ts";
import { fileFrame } from "../../report/evidence/frame.ts";
import { evidencePage } from "../../report/evidence/page.ts";
import { imageFor } from "./attack-image.ts";
import type { DataSet } from "./data-set.ts";
import { writeWhole } from "./store.ts";

/** What the files are made from. */
export interface Finished {
  readonly report: AuditReport;
  readonly outcomes: readonly ImageOutcome[];
  readonly set: DataSet;
  readonly classifier: Classifier;
  readonly checks: readonly Check[];
  readonly maxFooled: number | null;
  readonly version: string;
}

/** `cat/0001.png` fooled by 1 pixel as `1px-000017-dog.png`: image 17, taken for a dog. */
function fooledName({ index, pixels, newLabel }: ImageOutcome, labels: readonly string[]): string {
  const label = labels[newLabel!]!.replace(/[^\p{L}\p{N}._-]+/gu, "-");
  return `${pixels}px-${String(index).padStart(6, "0")}-${label}.png`;
}

/** The digest of the audited images. */
const digestOf = ({ images }: DataSet): string =>
  "sha256" in images ? images.sha256 : evaluationDigest(images.set);

/** The page of a report, as one file. @param images the unchanged images of the report's galleries, by index */
export async function reportPage(report: AuditReport, images: ReadonlyMap<number, Raster>): Promise<string> {
  const { images: audited } = report;
  const set =
    evaluationSets()
      .map(({ manifest }) => manifest)
      .find(({ id }) => id === audited.set) ?? null;
  return String(await evidencePage(report, fileFrame(report, set), (index) => images.get(index)!));
}

/** Writes every fooled image. @returns the unchanged images of the report's galleries, by index */
async function writeFooled(folder: string, finished: Finished): Promise<Map<number, Raster>> {
  const { report, outcomes, set, classifier } = finished;
  const shown = new Set(report.rows.flatMap(({ gallery }) => gallery.map(({ index }) => index)));
  const kept = new Map<number, Raster>();
  const fooled = groupBy(
    outcomes.filter(({ status }) => status === "fooled"),
    ({ index }) => index,
  );
  await mkdir(join(folder, "fooled"), { recursive: true });
  for (const { index, source } of set.items) {
    const own = fooled.get(index);
    if (own === undefined) continue;
    const image = await imageFor(source, classifier);
    if (shown.has(index)) kept.set(index, image);
    for (const outcome of own) {
      const name = fooledName(outcome, classifier.manifest.labels);
      writeWhole(join(folder, "fooled", name), pngBytes(adversarialUrl(image, outcome.changed)));
    }
  }
  return kept;
}

/** Writes report.json, report.html, badge.svg, badge.json, outcomes.csv, junit.xml, statement.json and the fooled images. */
export async function writeFiles(folder: string, finished: Finished): Promise<void> {
  const { report, outcomes, set, classifier, checks, maxFooled, version } = finished;
  const images = await writeFooled(folder, finished);
  const write = (name: string, content: string) => writeWhole(join(folder, name), content);
  const names = new Map(
    set.items.flatMap(({ index, name }) => (name === null ? [] : [[index, name] as const])),
  );
  const badge = reportBadge(report)!;
  const json = (value: unknown) => `${JSON.stringify(value)}\n`;
  write("outcomes.csv", writeCsv(outcomes, classifier.manifest.labels, names.size > 0 ? names : undefined));
  write("badge.svg", `${drawBadge(badge, "flat")}\n`);
  write("badge.json", json(shieldsEndpoint(badge)));
  write("junit.xml", writeJunit(report, checks));
  write("statement.json", json(evalStatement(report, { version, dataSet: digestOf(set), maxFooled })));
  write("report.html", await reportPage(report, images));
  write("report.json", json(report));
}
