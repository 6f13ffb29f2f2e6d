import { OptionError } from "../../core/attack/options/options.ts";
import { OnepixelError } from "../../core/errors.ts";
import { Problem, problemKinds } from "./problem.ts";

/** The problem that a thrown error amounts to, with the error as its cause. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const cause = error;
  if (error instanceof OptionError) {
    return new Problem("invalid-option", `The option ${error.field} ${error.detail}`, error.field, { cause });
  }
  switch (error instanceof OnepixelError ? error.code : undefined) {
    case "unsupported-image":
      return new Problem("unsupported-media-type", (error as OnepixelError).message, "image", { cause });
    case "invalid-image":
      return new Problem("invalid-image", (error as OnepixelError).message, "image", { cause });
    case "runtime-unavailable":
      return new Problem(
        "classifier-unavailable",
        "The classifier's runtime could not be started in this instance of the service. Try again in a minute.",
        undefined,
        { cause, headers: { "Retry-After": "60" } },
      );
  }
  return new Problem(
    "internal-error",
    "The service failed with an unexpected error; your request may be valid. Try again, and report the error if it happens again.",
    undefined,
    { cause },
  );
}

/** Most causes that are followed: a chain of them may be a circle. */
const MOST_CAUSES = 5;

/** An error with its stack, and so each of its causes. */
function traceOf(error: unknown): string {
  const lines: string[] = [];
  for (let each = error; each !== undefined && lines.length <= MOST_CAUSES; ) {
    lines.push(each instanceof Error ? (each.stack ?? String(each)) : String(each));
    each = each instanceof Error ? each.cause : undefined;
  }
  return lines.join("\nCaused by: ");
}

/** Logs a problem that is the service's own, with everything that led to it. The client is told none of that. */
export function reportFailure(problem: Problem): void {
  if (problemKinds[problem.kind].status >= 500) console.error(traceOf(problem.cause ?? problem));
}
