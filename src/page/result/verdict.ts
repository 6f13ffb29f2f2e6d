/** What the page says about an attack, in words. */
import type { Answer, AttackResult, MapResult, TargetsResult } from "../service/api.ts";
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

function fooled({ result, seconds: time }: Run<AttackResult>): Verdict {
  const { before, after, pixels, cost, verified, tried, certificate } = result!;
  const fewer =
    certificate?.fooling === 0 ? "One pixel is certainly not enough." : "No search with fewer succeeded.";
  return {
    tone: "fooled",
    title: `Fooled: ${before.label} became ${after.label}.`,
    text:
      `${count(pixels.length, "pixel")} changed, found in ${seconds(time)} with ${queries(cost.queries)}.` +
      (tried && tried.length > 1 ? ` ${fewer}` : "") +
      (verified ? " Verified on the very picture shown." : ""),
  };
}

function survived({ label, target, certificate, cost, stopped, tried }: AttackResult): Verdict {
  const title = `It holds: still ${label}.`;
  const always = target === null ? `says ${label} to every one of them` : `says ${target} to none of them`;
  if (certificate?.fooling === 0 && tried === undefined) {
    return {
      tone: "held",
      title,
      text: `Certified: every pixel was set to every corner colour, ${whole(certificate.corners)} pictures in all, and the classifier ${always}.`,
    };
  }
  const why: Readonly<Record<string, string>> = {
    exhausted: "The search found no way on.",
    budget: "The budget is used up.",
    "cpu-limit": "The time that the service allows is used up.",
  };
  return {
    tone: "held",
    title,
    text:
      `${count(cost.queries, "picture")} tried${tried ? `, with up to ${tried.length} pixels changed` : ""}, and the classifier ${always}. ${why[stopped ?? ""] ?? ""} ` +
      "That is no proof: more pixels, another seed or another search may fool it.",
  };
}

function wrongBefore(label: string, before: Answer): Verdict {
  return {
    tone: "held",
    title: `Wrong before the attack: it says ${before.label}.`,
    text: `This is a ${label}, and the classifier gets it wrong by itself, so there is nothing to fool. Pick another picture.`,
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
  answer: Answer | null,
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
        text: `The search stopped after ${queries(last?.queries ?? 0)}. Start again whenever you like.`,
      };
    case "running":
      return {
        tone: "busy",
        title: "Searching…",
        text: last
          ? `The best try so far makes the classifier say ${last.best.label}, ${percent(last.best.probability)} sure.`
          : "The first candidates are on their way.",
      };
    case "idle":
      if (!answer)
        return { tone: "waiting", title: "One moment…", text: "The classifier looks at the picture." };
      return {
        tone: "calm",
        title: `The classifier says ${answer.label}.`,
        text:
          label !== null && label !== answer.label
            ? `It is ${percent(answer.probability)} sure, and wrong: this is a ${label}. Pick a picture that it gets right.`
            : `It is ${percent(answer.probability)} sure. ${question}`,
      };
  }
}

/**
 * @param label the picture's true label, where it is known
 * @param answer what the classifier says about the picture, once it is known
 */
export function attackVerdict(run: Run<AttackResult>, label: string | null, answer: Answer | null): Verdict {
  if (run.state === "done") return finished(run);
  return common(run, label, answer, "Can a changed pixel make it say something else?")!;
}

/** See `attackVerdict`. */
export function mapVerdict(run: Run<MapResult>, label: string | null, answer: Answer | null): Verdict {
  const words = common(run, label, answer, "Which pixels could fool it? All of them are tried.");
  if (words) return words;
  const { pixels, cost, label: held, before, certificate, stopped } = run.result!;
  if (stopped === null) return wrongBefore(held, before);
  const changes = pixels.reduce((total, pixel) => total + pixel.fooling.length, 0);
  const tried = `Every pixel was set to every corner colour, ${count(cost.queries, "picture")} in all`;
  const scope = certificate ? "" : " The time that the service allows was used up before all were tried.";
  const fooling = pixels.filter((pixel) => pixel.fooling.length > 0).length;
  if (fooling > 0) {
    return {
      tone: "fooled",
      title: `${whole(fooling)} of ${count(pixels.length, "pixel")} can fool it.`,
      text: `${tried}: ${whole(changes)} of them fool the classifier. Point at one to see how, click it to do it.${scope}`,
    };
  }
  return {
    tone: "held",
    title: "It holds: no single pixel fools it.",
    text: certificate
      ? `Certified: ${tried.toLowerCase()}, and the classifier says ${held} to every one of them.`
      : `${count(cost.queries, "picture")} tried, and the classifier says ${held} to every one of them.${scope}`,
  };
}

/** See `attackVerdict`. */
export function targetsVerdict(
  run: Run<TargetsResult>,
  label: string | null,
  answer: Answer | null,
): Verdict {
  const words = common(run, label, answer, "Which other classes can it be made to say?");
  if (words) return words;
  const { targets, label: from, before, cost } = run.result!;
  if (targets.length === 0) return wrongBefore(from, before);
  const reached = targets.filter(({ status }) => status === "fooled").map(({ target }) => target);
  const certain = targets.every(({ status, certificate }) => status === "fooled" || certificate !== null);
  const rest =
    reached.length === targets.length
      ? ""
      : certain
        ? " The others are out of reach for any one pixel of a corner colour."
        : " More pixels or another seed may reach the others.";
  const spent = `${queries(cost.queries)} in ${seconds(run.seconds)}.${rest}`;
  if (reached.length === 0) {
    return { tone: "held", title: "No other class was reached.", text: `It stays ${from}. ${spent}` };
  }
  return {
    tone: "fooled",
    title: `${reached.length} of ${targets.length} classes reached.`,
    text: `This ${from} can be made ${listed(reached)}. ${spent}`,
  };
}
