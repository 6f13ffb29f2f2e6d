import { availableParallelism } from "node:os";
import type { AttackInput } from "../../core/attack/options/options.ts";
import { ranges } from "../../core/attack/options/options.ts";
import { type Change, compareReports, IncomparableError } from "../../core/audit/compare.ts";
import { defineAudit } from "../../core/audit/define.ts";
import { type Check, checkMaxFooled, checkNotWorse } from "../../core/audit/gate.ts";
import type { ImageOutcome } from "../../core/audit/outcome.ts";
import { type AuditReport, makeReport } from "../../core/audit/report.ts";
import type { Classifier } from "../../core/model/classifier.ts";
import { sha256 } from "../../node/models.ts";
import { kernelFile } from "../../node/modules.ts";
import { type Context, type Io, UsageError } from "../io.ts";
import { withNormalisation } from "../normalisation.ts";
import { type AnyModelValues, openAnyModel } from "../options/remote-options.ts";
import { showProgress } from "../progress.ts";
import { attackAll, Stopped } from "./attack-all.ts";
import { type DataSet, type DataSetOptions, readDataSet } from "./data-set.ts";
import { createLocalPool, createPool } from "./pool.ts";
import { printReport } from "./print-report.ts";
import { readReport } from "./read-report.ts";
import { openStore, type Store } from "./store.ts";
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
  readonly print: "words" | "markdown" | "json" | "nothing";
}

/** The changes against the baseline; null where there is none. @throws UsageError for one that cannot be compared */
export function changesAgainst(report: AuditReport, path: string | undefined): Change[] | null {
  if (path === undefined) return null;
  try {
    return compareReports(report, readReport(path, "--baseline"));
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

/** Makes the attacks that are left, and shows how far they are. @throws Stopped after Ctrl-C */
async function attackSet(
  run: {
    definition: Parameters<typeof attackAll>[0]["definition"];
    set: DataSet;
    store: Store;
    classifier: Classifier;
  },
  threads: number,
  io: Io,
): Promise<ImageOutcome[]> {
  const total = run.set.items.length;
  const create = run.classifier.remote ? createLocalPool : createPool;
  const pool = create(run.classifier, Math.min(threads, total));
  const progress = showProgress(io, run.classifier.manifest.id, "images", total);
  try {
    return await attackAll({ ...run, pool, signal: io.signal, onImage: (done) => progress.update(done) });
  } finally {
    progress.stop();
    await pool.close();
  }
}

/**
 * Runs an audit: attacks, files, thresholds. The exit code says whether the thresholds hold.
 * @throws UsageError, OnepixelError for what the user can correct
 */
export async function runAudit(request: AuditRequest, context: Context): Promise<void> {
  const { data, pixels, targeted, options, out, maxFooled, print } = request;
  const io: Io = print === "nothing" ? { ...context, terminal: undefined } : context;
  const note = (text: string) => {
    if (print !== "nothing") io.error(`${text}\n`);
  };
  const classifier = (await withNormalisation(io, () => openAnyModel(request.model), data)) as Classifier;
  const set = readDataSet(classifier.manifest, data);
  for (const each of set.notes) note(each);
  const definition = defineAudit(
    classifier,
    { images: set.images, pixels, targeted, options },
    ranges.budget.max,
  );
  // A baseline that cannot be read is an error now, and not after hours.
  if (request.baseline !== undefined) readReport(request.baseline, "--baseline");
  const store = openStore(out, definition, [context.version, sha256(kernelFile())]);
  if (store.count > 0) note(`${out} holds ${store.count} attacks of this audit; it goes on from there`);
  let outcomes: ImageOutcome[];
  try {
    const threads = request.threads ?? (classifier.remote ? 1 : availableParallelism());
    outcomes = await attackSet({ definition, set, store, classifier }, threads, io);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    io.error(
      `onepixel: stopped; ${store.count} attacks are kept in ${out}. The same command goes on from there.\n`,
    );
    context.exitCode = 3;
    return;
  }
  for (const each of classifier.remote?.notes ?? []) note(`the model behind the URL ${each}`);
  const report = makeReport(definition, outcomes, store.date);
  const changes = changesAgainst(report, request.baseline);
  const checks = checksOf(report, changes, request);
  await writeFiles(out, { report, outcomes, set, classifier, checks, maxFooled, version: context.version });
  note(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
  printReport(context, { report, changes, checks, print, out });
  const failed = report.rows.some(({ statistics }) => statistics.failed > 0);
  if (failed) context.exitCode = 3;
  else if (checks.some(({ holds }) => !holds)) context.exitCode = 1;
}
