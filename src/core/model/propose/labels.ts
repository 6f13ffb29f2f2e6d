/** The metadata keys under which exporters store labels. */
const KEYS = ["labels", "label_names", "classes", "class_names", "names", "id2label"];

const clean = (labels: readonly unknown[]): string[] => labels.map((label) => String(label).trim());

/** `["a", "b"]`, or `{"0": "a", "1": "b"}` as Hugging Face and Ultralytics write it. */
function fromJson(text: string): string[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return clean(value);
    if (value === null || typeof value !== "object") return null;
    const entries = Object.entries(value).sort(([a], [b]) => Number(a) - Number(b));
    return entries.every(([key], index) => key === String(index))
      ? clean(entries.map(([, label]) => label))
      : null;
  } catch {
    return null;
  }
}

/** A Python dictionary or list, which is JSON except for its quotes and its keys: `{0: 'a', 1: "b's"}`. */
function fromPython(text: string): string[] | null {
  if (!/^[{[].*[}\]]$/s.test(text)) return null;
  const json = text
    .replace(/'((?:[^'\\]|\\.)*)'|"(?:[^"\\]|\\.)*"/g, (whole, single: string | undefined) =>
      single === undefined ? whole : JSON.stringify(single.replace(/\\(.)/g, "$1")),
    )
    .replace(/([{,]\s*)(\d+)\s*:/g, '$1"$2":');
  return fromJson(json);
}

/**
 * Parses labels: one per line, or a JSON list. Trailing blank lines are ignored.
 * @throws nothing; whether they fit a model is checked with its manifest
 */
export function labelsFromText(text: string): string[] {
  const trimmed = text.replace(/^\uFEFF/, "").trimEnd();
  const json = trimmed.startsWith("[") ? fromJson(trimmed) : null;
  return json ?? clean(trimmed.split(/\r?\n/));
}

/** The labels in an ONNX file's metadata, if there are as many as the model's outputs. */
export function labelsFromMetadata(metadata: ReadonlyMap<string, string>, count: number): string[] | null {
  for (const key of KEYS) {
    const text = metadata.get(key)?.trim();
    if (text === undefined || text === "") continue;
    const labels =
      fromJson(text) ?? fromPython(text) ?? clean(text.split(text.includes("\n") ? /\r?\n/ : ","));
    if (labels.length === count && new Set(labels).size === count) return labels;
  }
  return null;
}
