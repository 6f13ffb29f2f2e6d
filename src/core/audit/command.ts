import type { AuditReport } from "./report.ts";

/** The command line that reproduces a report; null for images that only the owner of the audit has. */
export function repeatCommand({ model, images, targeted, rows, options }: AuditReport): string | null {
  if (images.seed === undefined) return null;
  const given: Readonly<Record<string, unknown>> = {
    model: model.id,
    set: images.set,
    images: images.count,
    "image-seed": images.seed ?? undefined,
    pixels: rows.map(({ pixels }) => pixels).join(","),
    ...options,
  };
  const words = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
  return `npm run audit -- ${words.join(" ")}${targeted ? " --targeted" : ""}`;
}
