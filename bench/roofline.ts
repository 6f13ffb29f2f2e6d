/**
 * What bounds each layer of a query: multiply-adds done, weights read, and the share of the measured ceiling.
 *
 *   npm run bench:roofline -- MODEL [--pixels K]     MODEL is the id of a shipped model or a path
 *
 * The time of a layer is the difference between plans that end after it and before it. Multiply-adds that a zero
 * input saves are not counted: `dense` is their number without that. The last line is the bound: how many times faster than
 * onnxruntime-web a query could be if all multiply-adds that it does ran at the ceiling and nothing else took time.
 */
import { parseArgs } from "node:util";
import * as program from "../assembly/inference/program.ts";
import { evaluationImage } from "../src/core/audit/evaluation-set.ts";
import { stretch } from "../src/core/image/stretch.ts";
import { createInference } from "../src/core/kernel/inference.ts";
import { instantiate } from "../src/core/kernel/instance.ts";
import type { InferencePlan } from "../src/core/kernel/plan.ts";
import type { Classifier } from "../src/core/model/classifier.ts";
import { evaluationFile, kernelModule } from "../src/node/services.ts";
import { ceiling } from "./ceiling.ts";
import { candidatesOf, onnxruntimeWeb } from "./contestants.ts";
import { compare, median, processorClock } from "./measure.ts";
import { openAny } from "./models.ts";
import { field, multiplyAddsDone, planMemory, stepAt } from "./plan-memory.ts";

const ROUNDS = 7;
const SECONDS_A_ROUND = 0.02;
const CANDIDATES = 16;

const { values, positionals } = parseArgs({
  options: { pixels: { type: "string", default: "1" } },
  allowPositionals: true,
});
const pixels = Number(values.pixels);
const classifier = await openAny(positionals[0]!);
const { width, height } = classifier.manifest.input;
if (!(pixels >= 1 && pixels <= width * height)) {
  console.error(`--pixels must be from 1 to ${width * height}, the pixels of an image.`);
  process.exit(2);
}
const compiled = await classifier.compile();
if ("unsupported" in compiled) throw new Error(`The model ${compiled.unsupported}.`);

/** The plan's first steps alone. */
function firstSteps(plan: InferencePlan, count: number): InferencePlan {
  return {
    ...plan,
    room(most) {
      const room = plan.room(most);
      return { ...room, fields: [...room.fields, [program.HEADER_STEP_COUNT, count]] };
    },
  };
}

/** The plan after its first steps, ready to be asked, with the place of its memory. */
function open(of: Classifier, plan: InferencePlan) {
  const exports = instantiate(kernelModule());
  let arena = 0;
  const wasm = { ...exports, reserve: (bytes: number) => (arena = exports.reserve(bytes)) };
  const { image } = evaluationImage(evaluationFile(), 0);
  const { input } = of.manifest;
  const inference = createInference(wasm, plan, stretch(image, input), input, pixels);
  return { wasm: exports, inference, arena };
}

const candidates = candidatesOf(classifier, Math.max(1, Math.floor(CANDIDATES / pixels)), pixels);

/** Seconds of a query, and how many multiply-adds its last step did; the mean over the candidates. */
function measure(plan: InferencePlan, step: number) {
  const { wasm, inference, arena } = open(classifier, plan);
  const speeds = Array.from({ length: ROUNDS }, () => {
    const start = processorClock();
    let done = 0;
    do {
      inference.query(candidates);
      done += candidates.count;
    } while (processorClock() - start < SECONDS_A_ROUND);
    return (processorClock() - start) / done;
  });
  const room = plan.room(pixels);
  let done = 0;
  let positions = 0;
  for (let i = 0; i < candidates.count; i++) {
    const memory = planMemory(wasm.memory, arena);
    const encoded = candidates.encoded.subarray(i * pixels * 2, (i + 1) * pixels * 2);
    memory.words.set(encoded, (arena + room.candidatesOffset) / 4);
    wasm.infer(1, pixels);
    const last = stepAt(memory, step);
    positions += field(memory, last.output, program.TENSOR_COUNT);
    if (last.operation === program.CONVOLUTION) done += multiplyAddsDone(memory, last);
    wasm.restoreClean();
  }
  return {
    seconds: median(speeds),
    counted: done / candidates.count,
    positions: positions / candidates.count,
    operation: stepAt(planMemory(wasm.memory, arena), step).operation,
    output: stepAt(planMemory(wasm.memory, arena), step).output,
  };
}

const OPERATIONS = [
  "convolution",
  "depthwise",
  "max",
  "average",
  "affine",
  "add",
  "multiply",
  "concat",
  "softmax",
  "select",
];

const { plan } = compiled;
const whole = open(classifier, plan);
const contestants = [
  await onnxruntimeWeb("web", classifier),
  {
    name: "query",
    work: () => {
      whole.inference.query(candidates);
      return candidates.count;
    },
  },
  await ceiling(),
];
const [web, query, limit] = await compare(contestants, { count: 7, seconds: 0.5, clock: processorClock });
const most = limit!.perSecond;
let before = 0;
const rows: Record<string, string | number>[] = [];
const memory = planMemory(whole.wasm.memory, whole.arena);
const steps = field(memory, 0, program.HEADER_STEP_COUNT);
const firstTensor = field(memory, 0, program.HEADER_TENSORS);
for (let i = 0; i < steps; i++) {
  const { seconds, counted, positions, operation, output } = measure(firstSteps(plan, i + 1), i);
  const tensor = (output - firstTensor) / program.TENSOR_BYTES;
  const shape = plan.tensors[tensor]!;
  const { multiplyAdds } = plan.costs[tensor]!;
  const took = Math.max(0, seconds - before);
  before = seconds;
  const dense = (multiplyAdds * positions) / (shape.height * shape.width);
  // A depthwise convolution leaves no zeros out.
  const done = operation === program.DEPTHWISE ? dense : counted;
  rows.push({
    layer: i,
    operation: OPERATIONS[operation]!,
    tensor: `${shape.height}×${shape.width}×${shape.channels}`,
    dirty: Number(positions.toFixed(1)),
    dense: Math.round(dense),
    done: Math.round(done),
    µs: Number((took * 1e6).toFixed(2)),
    "of ceiling": done > 0 ? `${((100 * done) / took / most).toFixed(0)} %` : "",
  });
}
console.table(rows);
console.log(
  `ceiling: ${(most / 1e9).toFixed(1)} billion multiply-adds a second; a query: ${(before * 1e6).toFixed(1)} µs`,
);
const byOperation = Map.groupBy(rows, ({ operation }) => operation);
for (const [operation, of] of byOperation) {
  const sum = (name: string) => of.reduce((total, row) => total + Number(row[name]), 0);
  console.log(`${operation}: ${sum("µs").toFixed(1)} µs, ${sum("done")} of ${sum("dense")} multiply-adds`);
}

const done = rows.reduce((total, row) => total + Number(row.done), 0);
const bound = limit!.ratio! / done;
console.log(
  `onnxruntime-web: ${(1000 / web!.perSecond).toFixed(3)} ms an image; a query: ${(1000 / query!.perSecond).toFixed(3)} ms, ` +
    `${query!.ratio!.toFixed(1)} times as fast, ${(done / 1e6).toFixed(2)} million multiply-adds at ` +
    `${((100 * query!.ratio!) / bound).toFixed(0)} % of the ceiling; bound: ${bound.toFixed(1)} times`,
);
