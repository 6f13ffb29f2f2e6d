/** What the page says about an attack, in words. */
import type { AttackResult, MapBlock, MapResult, Prediction, TargetsResult } from "../../api/types.ts";
import type { Run } from "../service/use-run.ts";
import { count, percent, queries, seconds, whole } from "./format.ts";

export interface Verdict {
  readonly tone: "calm" | "waiting" | "busy" | "fooled" | "held" | "problem";
  readonly title: string;
  readonly text: string;
}

/** `bird, dog and frog` */
function listed(names: readonly string[]): string {
  return new Intl.ListFormat("en-GB").format(names);
}

/** Describes a corner certificate without a fooling change. @param does what none of the changes does */
function certified(corners: number, does = "fools the classifier"): string {
  return `None of the ${whole(corners)} one-pixel changes to a corner colour ${does}. Other colours were not tried.`;
}

/** Why a search ended without success, by `stopped`. */
const why: Readonly<Record<string, string>> = {
  exhausted: "The search tried every candidate.",
  converged: "The search converged: it has no new candidates.",
  "gave-up": "The search gave up after a long time without progress.",
  budget: "The query budget is used up.",
  "cpu-limit": "The search reached the service's limit of computing time.",
};

function fooled({ result, seconds: time }: Run<AttackResult>): Verdict {
  const { before, after, pixels, cost, verified, tried, certificate } = result!;
  const fewer =
    certificate?.fooling === 0
      ? `No search with fewer pixels succeeded. With one pixel: ${certified(certificate.corners)}`
      : "No search with fewer pixels succeeded.";
  return {
    tone: "fooled",
    title: `Fooled: ${before.label} became ${after.label}.`,
    text:
      `${count(pixels.length, "pixel")} changed, found in ${seconds(time)} with ${queries(cost.queries)}.` +
      (tried && tried.length > 1 ? ` ${fewer}` : "") +
      (verified ? " Verified: the classifier predicts this for the picture shown." : ""),
  };
}

function survived({ label, target, certificate, cost, stopped, tried }: AttackResult): Verdict {
  const title = `Not fooled: still ${label}.`;
  const always =
    target === null ? `predicts ${label} for all of them` : `predicts ${target} for none of them`;
  if (certificate?.fooling === 0 && tried === undefined) {
    const does = target === null ? undefined : `makes the classifier predict ${target}`;
    return { tone: "held", title, text: certified(certificate.corners, does) };
  }
  return {
    tone: "held",
    title,
    text:
      `${count(cost.queries, "picture")} tried${tried ? `, with up to ${tried.length} pixels changed` : ""}, and the classifier ${always}. ${why[stopped ?? ""] ?? ""} ` +
      "This is not a proof: more pixels, another seed or another search may fool it.",
  };
}

function wrongBefore(label: string, before: Prediction): Verdict {
  return {
    tone: "held",
    title: `Wrong before the attack: it predicts ${before.label}.`,
    text: `The picture's label is ${label}. The classifier is wrong before any pixel changes, so there is nothing to fool. Pick another picture.`,
  };
}

function finished(run: Run<AttackResult>): Verdict {
  const result = run.result!;
  if (result.status === "fooled") return fooled(run);
  if (result.status === "survived") return survived(result);
  return wrongBefore(result.label, result.before);
}

/** What is said the same way about every kind of run; null where its result is what counts. */
function common(
  run: Run<unknown>,
  label: string | null,
  prediction: Prediction | null,
  question: string,
): Verdict | null {
  const last = run.points.at(-1);
  switch (run.state) {
    case "done":
      return null;
    case "failed":
      return { tone: "problem", title: "That did not work.", text: run.problem ?? "" };
    case "cancelled":
      return {
        tone: "calm",
        title: "Cancelled.",
        text: `The search stopped after ${queries(last?.queries ?? 0)}. You can start it again.`,
      };
    case "running":
      return {
        tone: "busy",
        title: "Searching…",
        text: last
          ? `The best candidate so far makes the classifier predict ${last.best.label}, ${percent(last.best.probability)} sure.`
          : "Waiting for the first candidates.",
      };
    case "idle":
      if (!prediction) return { tone: "waiting", title: "One moment…", text: "Classifying the picture." };
      return {
        tone: "calm",
        title: `The classifier predicts ${prediction.label}.`,
        text:
          label !== null && label !== prediction.label
            ? `It is ${percent(prediction.probability)} sure, and wrong: the picture's label is ${label}. Pick a picture that it gets right.`
            : `It is ${percent(prediction.probability)} sure. ${question}`,
      };
  }
}

/**
 * @param label the picture's true label, where it is known
 * @param prediction what the classifier says about the picture, once it is known
 */
export function attackVerdict(
  run: Run<AttackResult>,
  label: string | null,
  prediction: Prediction | null,
): Verdict {
  if (run.state === "done") return finished(run);
  return common(run, label, prediction, "Can a changed pixel change the prediction?")!;
}

/** What a sampled map says; never more than of the changes that were tried. */
function sampledVerdict({ cost, width, height, stopped }: MapResult, blocks: readonly MapBlock[]): Verdict {
  const [first] = blocks;
  const all = first ? (first.changes / (first.width * first.height)) * width * height : 0;
  const found = blocks.reduce((sum, { fooling }) => sum + fooling.length, 0);
  const scope =
    `${whole(cost.queries)} of ${whole(all)} one-pixel changes to a corner colour were tried on ${whole(width)} × ${whole(height)} pixels, most where the margin is small. ` +
    `Of the others nothing is known.${stopped === "budget" ? "" : ` ${why[stopped ?? ""] ?? ""}`}`;
  if (found === 0) return { tone: "held", title: "No change was found that fools it.", text: scope };
  const fools = found === 1 ? "change was found that fools it." : "changes were found that fool it.";
  return {
    tone: "fooled",
    title: `${whole(found)} ${fools}`,
    text: `${scope} Point at a block to see what was found in it, or click it to apply its surest change.`,
  };
}

/** See `attackVerdict`. */
export function mapVerdict(
  run: Run<MapResult>,
  label: string | null,
  prediction: Prediction | null,
): Verdict {
  const words = common(
    run,
    label,
    prediction,
    "Which pixels can fool it? Pixels are set to corner colours, one at a time.",
  );
  if (words) return words;
  const { pixels, blocks, cost, label: held, before, certificate, stopped } = run.result!;
  if (stopped === null) return wrongBefore(held, before);
  if (blocks) return sampledVerdict(run.result!, blocks);
  const changes = pixels.reduce((total, pixel) => total + pixel.fooling.length, 0);
  const scope = certificate ? "" : ` ${why[stopped] ?? ""} Not all changes were tried.`;
  const fooling = pixels.filter((pixel) => pixel.fooling.length > 0).length;
  if (fooling > 0) {
    return {
      tone: "fooled",
      title: `${whole(fooling)} of ${count(pixels.length, "pixel")} can fool it.`,
      text: `${whole(changes)} of ${count(cost.queries, "one-pixel change")} to a corner colour ${changes === 1 ? "fools" : "fool"} the classifier. Point at a pixel to see its colours, or click it to apply one.${scope}`,
    };
  }
  return {
    tone: "held",
    title: "Not fooled: no corner colour fools it.",
    text: certificate
      ? certified(certificate.corners)
      : `${count(cost.queries, "picture")} tried, and the classifier predicts ${held} for all of them.${scope}`,
  };
}

/** See `attackVerdict`. */
export function targetsVerdict(
  run: Run<TargetsResult>,
  label: string | null,
  prediction: Prediction | null,
): Verdict {
  const words = common(run, label, prediction, "Which other classes can the attack reach?");
  if (words) return words;
  const { targets, label: from, before, cost } = run.result!;
  if (targets.length === 0) return wrongBefore(from, before);
  const reached = targets.filter(({ status }) => status === "fooled").map(({ target }) => target);
  const held = targets.filter(({ status }) => status !== "fooled");
  const [certificate] = held.map((target) => target.certificate);
  const isCertified = held.every((target) => target.certificate !== null);
  const rest =
    held.length === 0
      ? ""
      : certificate && isCertified
        ? ` ${certified(certificate.corners, reached.length > 0 ? "reaches the others" : "reaches another class")}`
        : " More pixels or another seed may reach the others.";
  const spent = `${queries(cost.queries)} in ${seconds(run.seconds)}.${rest}`;
  if (reached.length === 0) {
    return { tone: "held", title: "No other class was reached.", text: `It stays ${from}. ${spent}` };
  }
  return {
    tone: "fooled",
    title: `${reached.length} of ${targets.length} classes reached.`,
    text: `The picture can be changed so that the classifier predicts ${listed(reached)}. ${spent}`,
  };
}
