import { availableParallelism } from "node:os";
import type { AttackInput } from "../../core/attack/options/options.ts";
import { ranges } from "../../core/attack/options/options.ts";
import {
  type Change,
  compareReports,
  IncomparableError,
  requireComparable,
} from "../../core/audit/compare.ts";
import { defineAudit } from "../../core/audit/define.ts";
import { type Check, checkMaxFooled, checkNotWorse } from "../../core/audit/gate.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { type AuditReport, makeReport } from "../../core/audit/report.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { sha256 } from "../../node/models.ts";
import { kernelFile } from "../../node/modules.ts";
import { type Context, note, UsageError } from "../io.ts";
import { withNormalisation } from "../normalisation.ts";
import { type AnyModelValues, openAnyModel } from "../options/remote-options.ts";
import { showProgress } from "../progress.ts";
import { Stopped, unlessStopped } from "../stop.ts";
import { attackAll, type Run } from "./attack-all.ts";
import { worstCase } from "./cost.ts";
import { type DataSetOptions, readDataSet, requireImages } from "./data-set.ts";
import { createLocalPool, createPool } from "./pool.ts";
import { printReport } from "./print-report.ts";
import { readReport } from "./read-report.ts";
import { openStore } from "./store.ts";
import { writeFiles } from "./write-files.ts";

/** What the command line asks for. */
export interface AuditRequest {
  readonly model: AnyModelValues;
  readonly data: DataSetOptions;
  readonly pixels: readonly (number | "min")[];
  readonly targeted: boolean;
  readonly options: Omit<AttackInput, "pixels" | "label" | "target">;
  /** The folder of the report. */
  readonly out: string;
  /** How many images are attacked at once; undefined for as many as there are processors, or one of a remote model. */
  readonly threads: number | undefined;
  /** Percent; null for no threshold. */
  readonly maxFooled: number | null;
  readonly baseline: string | undefined;
  readonly failIfWorse: boolean;
  readonly print: "words" | "markdown" | "json";
}

/** The changes against the baseline; null where there is none. @throws UsageError for one that cannot be compared */
export const changesAgainst = (report: AuditReport, path: string | undefined): Change[] | null =>
  withBaseline(path, (baseline) => compareReports(report, baseline));

/** What is made of the baseline; null where there is none. @throws UsageError for one that cannot be compared */
function withBaseline<T>(path: string | undefined, compare: (baseline: AuditReport) => T): T | null {
  if (path === undefined) return null;
  try {
    return compare(readReport(path, "--baseline"));
  } catch (error) {
    if (!(error instanceof IncomparableError)) throw error;
    throw new UsageError(`--baseline "${path}" cannot be compared: ${error.message}`, { cause: error });
  }
}

function checksOf(report: AuditReport, changes: readonly Change[] | null, request: AuditRequest): Check[] {
  return [
    ...(request.maxFooled === null ? [] : checkMaxFooled(report, request.maxFooled)),
    ...(request.failIfWorse && changes ? checkNotWorse(changes) : []),
  ];
}

interface Prepared extends Pick<Run, "definition" | "set" | "store"> {
  readonly classifier: Classifier;
  readonly threads: number;
}

/** The images of which an attack is left. */
const imagesLeft = ({ definition, set, store }: Prepared) =>
  set.items.filter(({ index }) =>
    definition.rows.some(({ pixels }) => store.get({ index, pixels, target: null }) === undefined),
  );

/** Makes the attacks that are left, and shows how far they are. @throws Stopped after Ctrl-C */
async function attackSet(run: Prepared, context: Context): Promise<ImageOutcome[]> {
  const { classifier, set, definition } = run;
  const left = imagesLeft(run);
  await unlessStopped(requireImages(left, definition), context.signal);
  const cost = left.length > 0 && worstCase(classifier, definition, left.length, run.threads);
  if (cost) note(context, cost);
  const total = set.items.length;
  const create = classifier.remote ? createLocalPool : createPool;
  const pool = await create(classifier, Math.min(run.threads, total));
  const progress = showProgress(context, classifier.manifest.id, "images", total, total - left.length);
  const onImage = (done: number) => progress.update(done);
  try {
    return await attackAll({ ...run, pool, signal: context.signal, onImage });
  } finally {
    progress.stop();
    await pool.close();
  }
}

/**
 * Runs an audit: attacks, files, thresholds. The exit code says whether the thresholds hold.
 * @throws UsageError, OnepixelError for what the user can correct; Stopped after Ctrl-C before the first attack
 */
export async function runAudit(request: AuditRequest, context: Context): Promise<void> {
  const { data, pixels, targeted, options, out, maxFooled, print } = request;
  const { signal, version } = context;
  const open = () => openAnyModel(request.model, signal);
  const opening = withNormalisation(context, open, data);
  const classifier = (await unlessStopped(opening, signal)) as Classifier;
  const set = readDataSet(classifier.manifest, data);
  for (const each of set.notes) note(context, each);
  const definition = defineAudit(
    classifier,
    { images: set.images, pixels, targeted, options },
    ranges.budget.max,
  );
  // A baseline that cannot be used is an error now, and not after hours.
  withBaseline(request.baseline, (baseline) => requireComparable(definition, baseline));
  const store = openStore(out, definition, [version, sha256(kernelFile())]);
  if (store.count > 0)
    note(context, `${out} contains ${store.count} attacks of this audit; continuing from there`);
  const threads = request.threads ?? (classifier.remote ? 1 : availableParallelism());
  let outcomes: ImageOutcome[];
  try {
    outcomes = await attackSet({ definition, set, store, classifier, threads }, context);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    context.error(
      `onepixel: stopped; ${store.count} attacks are stored in ${out}. Run the same command to continue.\n`,
    );
    context.exitCode = 3;
    return;
  }
  for (const each of classifier.remote?.notes ?? []) note(context, `the model behind the URL ${each}`);
  const report = makeReport(definition, outcomes, store.date);
  const changes = changesAgainst(report, request.baseline);
  const checks = checksOf(report, changes, request);
  await writeFiles(out, { report, outcomes, set, classifier, checks, maxFooled, version });
  note(context, `peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
  printReport(context, { report, changes, checks, print, out });
  const failed = report.rows.some(({ statistics }) => statistics.failed > 0);
  if (failed) context.exitCode = 3;
  else if (checks.some(({ holds }) => !holds)) context.exitCode = 1;
}
