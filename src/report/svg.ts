/** A node of an SVG drawing: an element, or text that is escaped when it is written. */
export type SvgNode = SvgElement | string;

export interface SvgElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly children: readonly SvgNode[];
}

/**
 * Builds an element. Names are the program's own; attribute values and text may come from anywhere.
 * An attribute that is undefined is left out.
 */
export function element(
  name: string,
  attributes: SvgElement["attributes"] = {},
  ...children: readonly SvgNode[]
): SvgElement {
  return { name, attributes, children };
}

/** Writes a drawing as XML. Numbers are rounded to a thousandth of a unit. */
export function writeSvg(node: SvgNode): string {
  if (typeof node === "string") return escapeXml(node);
  const attributes = Object.entries(node.attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === "number" ? decimal(value) : escapeXml(value!)}"`)
    .join("");
  if (node.children.length === 0) return `<${node.name}${attributes}/>`;
  return `<${node.name}${attributes}>${node.children.map(writeSvg).join("")}</${node.name}>`;
}

function decimal(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Characters that XML 1.0 allows in no form, not even escaped (section 2.2), and unpaired surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, "\ufffd").replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
