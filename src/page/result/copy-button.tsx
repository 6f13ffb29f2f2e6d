import { useState } from "hono/jsx/dom";

interface CopyButtonProps {
  readonly name: string;
  readonly text: string;
  readonly announce: (message: string) => void;
}

/** Copies a text; where the browser forbids it, shows the text to be copied by hand. */
export function CopyButton({ name, text, announce }: CopyButtonProps) {
  const [state, setState] = useState<"ready" | "copied" | "refused">("ready");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
      announce(`Copied: ${name}.`);
      setTimeout(() => setState("ready"), 2000);
    } catch {
      setState("refused");
      announce("The browser does not allow copying. Copy the text shown here.");
    }
  };
  return (
    <span class="copy">
      <button type="button" onClick={copy}>
        {state === "copied" ? "Copied ✓" : `Copy ${name}`}
      </button>
      {state === "refused" && (
        <textarea
          readOnly
          rows={2}
          aria-label={`${name}, to copy manually`}
          onFocus={(event: FocusEvent) => (event.target as HTMLTextAreaElement).select()}
        >
          {text}
        </textarea>
      )}
    </span>
  );
}
