import { OptionError } from "../attack/options.ts";
import { ImageError } from "../image/error.ts";
import { RuntimeUnavailableError } from "../model/runtime.ts";
import { Problem } from "./problem.ts";

/** The problem that a thrown error amounts to; what nobody foresaw is told to the log only, never to the client. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof OptionError) {
    return new Problem("invalid-option", `The option ${error.field} ${error.detail}`, error.field);
  }
  if (error instanceof ImageError) {
    const kind = error.fault === "unsupported" ? "unsupported-media-type" : "invalid-image";
    return new Problem(kind, error.message, "image");
  }
  console.error(error);
  if (error instanceof RuntimeUnavailableError) {
    return new Problem(
      "classifier-unavailable",
      "The classifier's runtime could not be started in this instance of the service. Try again in a minute.",
      undefined,
      { "Retry-After": "60" },
    );
  }
  return new Problem(
    "internal-error",
    "The service met an error that it did not foresee; your request may be fine. Try again, and report it if it repeats.",
  );
}
