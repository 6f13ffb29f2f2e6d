/** What the page says about an attack, in words. */
import type { Answer, AttackResult } from "./api.ts";
import { count, percent, seconds, whole } from "./format.ts";
import type { Run } from "./use-run.ts";

export interface Verdict {
  readonly tone: "calm" | "busy" | "fooled" | "held" | "problem";
  readonly title: string;
  readonly text: string;
}

function fooled({ result, seconds: time }: Run<AttackResult>): Verdict {
  const { before, after, pixels, cost, verified } = result!;
  const check = verified ? " Verified: the classifier was asked again about the very picture shown." : "";
  return {
    tone: "fooled",
    title: `Fooled: ${before.label} became ${after.label}.`,
    text: `${count(pixels.length, "pixel")} changed, found with ${count(cost.queries, "query").replace("querys", "queries")} in ${seconds(time)}.${check}`,
  };
}

function survived({ label, target, certificate, cost, stopped }: AttackResult): Verdict {
  const goal = target === null ? `is anything but ${label}` : `is ${target}`;
  if (certificate?.fooling === 0) {
    return {
      tone: "held",
      title: `It holds: still ${label}.`,
      text:
        `Certified: every pixel was set to each of the ${certificate.corners >= 8 ? "corner colours" : "two extremes"}, ` +
        `${whole(certificate.corners)} pictures in all, and the classifier says of none of them that it ${goal}.`,
    };
  }
  const why: Readonly<Record<string, string>> = {
    exhausted: "The search has nothing left to try.",
    budget: "The budget is used up.",
    "cpu-limit": "The time that the service allows is used up.",
  };
  return {
    tone: "held",
    title: `It holds: still ${label}.`,
    text:
      `${whole(cost.queries)} tries, and the classifier never says that it ${goal}. ${why[stopped ?? ""] ?? ""} ` +
      "That is no proof: try more pixels, another seed or another search.",
  };
}

function finished(run: Run<AttackResult>): Verdict {
  const result = run.result!;
  if (result.status === "fooled") return fooled(run);
  if (result.status === "survived") return survived(result);
  return {
    tone: "held",
    title: `Wrong before the attack: it says ${result.before.label}.`,
    text: `This is a ${result.label}, and the classifier gets it wrong by itself, so there is nothing to fool. Pick another picture.`,
  };
}

/**
 * @param label the picture's true label, where it is known
 * @param answer what the classifier says about the picture, once it is known
 */
export function attackVerdict(run: Run<AttackResult>, label: string | null, answer: Answer | null): Verdict {
  const point = run.points.at(-1);
  switch (run.state) {
    case "done":
      return finished(run);
    case "failed":
      return { tone: "problem", title: "That did not work.", text: run.problem ?? "" };
    case "cancelled":
      return {
        tone: "calm",
        title: "Cancelled.",
        text: `The search stopped after ${whole(point?.queries ?? 0)} queries. Start again whenever you like.`,
      };
    case "running":
      return {
        tone: "busy",
        title: "Searching…",
        text: point
          ? `The best try so far makes the classifier say ${point.best.label}, ${percent(point.best.probability)} sure.`
          : "The first candidates are on their way.",
      };
    case "idle":
      if (!answer)
        return { tone: "calm", title: "One moment…", text: "The classifier looks at the picture." };
      return {
        tone: "calm",
        title: `The classifier says ${answer.label}.`,
        text:
          label !== null && label !== answer.label
            ? `It is ${percent(answer.probability)} sure, and wrong: this is a ${label}. Pick a picture that it gets right.`
            : `It is ${percent(answer.probability)} sure. Can a changed pixel make it say something else?`,
      };
  }
}
