import { useEffect, useState } from "hono/jsx/dom";

interface OwnPictureProps {
  readonly onFile: (file: File) => void;
}

function firstImage(data: DataTransfer | null): File | undefined {
  return [...(data?.files ?? [])].at(0);
}

/** Takes a picture of the user's own: picked here, or dropped or pasted anywhere on the page. */
export function OwnPicture({ onFile }: OwnPictureProps) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const dragOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const dragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      const file = firstImage(event.dataTransfer);
      if (file) onFile(file);
    };
    const paste = (event: ClipboardEvent) => {
      const file = firstImage(event.clipboardData);
      if (file) onFile(file);
    };
    document.addEventListener("dragover", dragOver);
    document.addEventListener("dragleave", dragLeave);
    document.addEventListener("drop", drop);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("dragover", dragOver);
      document.removeEventListener("dragleave", dragLeave);
      document.removeEventListener("drop", drop);
      document.removeEventListener("paste", paste);
    };
  }, [onFile]);
  return (
    <label class={over ? "own-picture is-over" : "own-picture"}>
      <input
        type="file"
        accept="image/*"
        onChange={(event: Event) => {
          const field = event.target as HTMLInputElement;
          const file = field.files?.[0];
          field.value = "";
          if (file) onFile(file);
        }}
      />
      <span>
        <strong>Your own picture:</strong> choose, drop or paste it
      </span>
    </label>
  );
}
