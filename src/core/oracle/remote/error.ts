import { OnepixelError } from "../../errors.ts";

/** A remote model that did not answer, or whose answer cannot be probabilities of its labels. */
export class RemoteError extends OnepixelError {
  override readonly name = "RemoteError";
  /** The status of the response that was the error. */
  readonly status: number | undefined;

  constructor(
    code: "remote-unavailable" | "remote-response",
    message: string,
    { cause, status }: { readonly cause?: unknown; readonly status?: number } = {},
  ) {
    super(code, message, { field: "url", cause });
    this.status = status;
  }
}

/** An answer that cannot be used. @param what what is wrong with it, to follow "answered" */
export function unusable(url: string, what: string): RemoteError {
  return new RemoteError("remote-response", `${url} answered ${what}`);
}
