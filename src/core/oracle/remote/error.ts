import { OnepixelError } from "../../errors.ts";

/** A remote model did not respond, or its response cannot be probabilities of its labels. */
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

/** A response that cannot be used. @param what what is wrong with it, to follow "returned" */
export function unusable(url: string, what: string): RemoteError {
  return new RemoteError("remote-response", `${url} returned ${what}`);
}
