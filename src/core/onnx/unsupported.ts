const LONGEST_REASON = 200;

/** Shortens a string that may contain names from a file. */
export function shorten(text: string): string {
  return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON)}…` : text;
}

/**
 * A model that onnxruntime may run but the kernel does not. The message continues the sentence "The model …" and is at
 * most 201 characters long.
 */
export class Unsupported extends Error {
  constructor(message: string) {
    super(shorten(message));
    this.name = "Unsupported";
  }
}
