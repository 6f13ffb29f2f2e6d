import type { Command } from "commander";
import { attackOptions } from "../../api/options.ts";
import { recipeNames } from "../../core/model/propose/normalisation.ts";
import { type AuditRequest, runAudit } from "../audit/run-audit.ts";
import { type Context, UsageError } from "../io.ts";
import { addFields, readFields } from "../options/attack-options.ts";
import { percentage, wholeNumber } from "../options/numbers.ts";
import { type AnyModelValues, addAnyModelOptions } from "../options/remote-options.ts";

const {
  pixels: _,
  label: __,
  target: ___,
  exhaustive: ____,
  space: _____,
  probabilities: ______,
  ...fields
} = attackOptions;

interface Values extends AnyModelValues {
  readonly images?: string;
  readonly truth?: string;
  readonly count?: string;
  readonly imageSeed?: string;
  readonly pixels: string;
  readonly targeted?: true;
  readonly out: string;
  readonly threads?: string;
  readonly maxFooled?: string;
  readonly baseline?: string;
  readonly failIfWorse?: true;
  readonly markdown?: true;
  readonly json?: true;
}

/** Most threads; each holds the classifier. */
const MOST_THREADS = 256;

/** `onepixel audit` */
export function auditCommand(command: Command, context: Context): Command {
  command
    .summary("measure how often a classifier is fooled, over a set of images")
    .description(
      "Attacks every image of a labelled set and writes a report: report.html to look at, report.json, outcomes.csv, badge.svg, badge.json, junit.xml, statement.json and the fooled images. If it is interrupted, run the same command to continue.",
    )
    .option(
      "-i, --images <folder>",
      "A folder with one subfolder of images for each label, or cifar10-test, the first images of CIFAR-10's test set (in a checkout of onepixel).",
    )
    .option(
      "--truth <file>",
      "A CSV file whose columns file and label name the images, relative to --images or else to the CSV file.",
    )
    .option(
      "--count <n>",
      "The number of images to audit: the first ones of cifar10-test, a sample of other sets.",
    )
    .option("--image-seed <n>", "The seed of the sample that --count draws.")
    .option("-k, --pixels <list>", "The numbers of pixels; each is a row of the report.", "1,3,5")
    .option("--targeted", "Attack every image at every other label.")
    .option(
      "--out <folder>",
      "The folder for the report and for outcomes while the audit runs.",
      "onepixel-audit",
    )
    .option(
      "--threads <n>",
      "How many images are attacked at once. Default: the number of processors; 1 for a model behind a URL.",
    )
    .option(
      "--max-fooled <percent>",
      "Exit with 1 if more of the correctly classified images are fooled, in any row.",
    )
    .option("--baseline <report>", "An earlier report.json to compare with.")
    .option(
      "--fail-if-worse",
      "Exit with 1 if a row's fooled rate is worse than the baseline's: the whole 95 % interval of the difference is above 0.",
    )
    .option("--markdown", "Print a summary in Markdown, for a pull request.")
    .option("--json", "Print the report.")
    .addHelpText(
      "after",
      `
Examples:
  $ onepixel audit --model model.onnx --labels labels.txt --normalise imagenet --images photos
  $ onepixel audit --model model.onnx --images photos --max-fooled 20 --baseline main/report.json --fail-if-worse

Normalisations: ${recipeNames.join(", ")}.`,
    );
  addFields(addAnyModelOptions(command), fields);
  return command.action((values: Values) => runAudit(requestOf(values), context));
}

/** `1,3,min` as the API has it. @throws UsageError */
function readPixels(text: string): (number | "min")[] {
  return text
    .split(",")
    .map((one) => readFields({ pixels: attackOptions.pixels }, { pixels: one.trim() }).pixels!);
}

function requestOf(values: Values): AuditRequest {
  const { images, truth, baseline, failIfWorse = false, markdown = false, json = false } = values;
  if (failIfWorse && baseline === undefined)
    throw new UsageError("--fail-if-worse needs --baseline, the report to compare with");
  if (markdown && json) throw new UsageError("--markdown and --json both print: use only one");
  return {
    model: values,
    data: {
      images,
      truth,
      count: wholeNumber("count", values.count, 1, Number.MAX_SAFE_INTEGER),
      seed: wholeNumber("image-seed", values.imageSeed, 0, 2 ** 32 - 1),
    },
    pixels: readPixels(values.pixels),
    targeted: values.targeted ?? false,
    options: readFields(fields, values as unknown as Readonly<Record<string, unknown>>),
    out: values.out,
    threads: wholeNumber("threads", values.threads, 1, MOST_THREADS),
    maxFooled: percentage("max-fooled", values.maxFooled),
    baseline,
    failIfWorse,
    print: json ? "json" : markdown ? "markdown" : "words",
  };
}
