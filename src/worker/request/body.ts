/** What a request holds, in whichever of the accepted forms it was sent. */
import type { Context } from "hono";
import { fromText } from "../../api/options.ts";
import type { BodyMemory } from "../middleware/body-memory.ts";
import { Problem } from "../response/problem.ts";
import { type BodyLimit, IMAGE_BODY, readBytes } from "./read-bytes.ts";

/** Bytes that are said to be an image. */
export interface SentImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The media type that the sender gave it. */
  readonly type: string;
}

export interface Sent {
  /** Options by name, not yet validated. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly image: SentImage | undefined;
}

const mediaType = (header: string | undefined): string => (header ?? "").split(";")[0]!.trim().toLowerCase();

/** @throws Problem when an option is given twice */
function collect(pairs: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  // Without a prototype, an option may have any name.
  const options: Record<string, unknown> = Object.create(null);
  for (const [name, value] of pairs) {
    if (name in options) {
      throw new Problem("invalid-option", `The option ${name} is given more than once. Give it once.`, name);
    }
    options[name] = value;
  }
  return options;
}

const queryPairs = (url: string): [string, unknown][] =>
  [...new URL(url).searchParams].map(([name, value]) => [name, fromText(name, value)]);

/** The options of a request without a body. */
export function readQuery(c: Context): Record<string, unknown> {
  return collect(queryPairs(c.req.url));
}

/**
 * Reads `data:<type>;base64,<data>` or bare base64.
 * @param field what messages call it
 */
export function fromBase64(text: string, field = "image"): SentImage {
  const [, type = "", data = text] = /^data:([^;,]*)(?:;[^;,]*)*;base64,(.*)$/s.exec(text) ?? [];
  try {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    return { bytes, type: type.toLowerCase() };
  } catch (cause) {
    throw new Problem(
      "invalid-image",
      `The field ${field} is neither base64 nor a base64 data URL. Send one of these.`,
      field,
      { cause },
    );
  }
}

function readJson(bytes: Uint8Array): { pairs: [string, unknown][]; image: SentImage | undefined } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new Problem(
      "invalid-body",
      "The body's Content-Type is JSON, but the body is not valid JSON. Send one JSON object.",
      "body",
      { cause },
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem("invalid-body", "The JSON body must be an object with the options as members.", "body");
  }
  const { image, ...options } = value as Record<string, unknown>;
  if (image !== undefined && typeof image !== "string") {
    throw new Problem("invalid-image", "The field image must be a string: base64, or a data URL.", "image");
  }
  return { pairs: Object.entries(options), image: image === undefined ? undefined : fromBase64(image) };
}

async function readForm(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<{ pairs: [string, unknown][]; image: SentImage | undefined }> {
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { "Content-Type": contentType } }).formData();
  } catch (cause) {
    throw new Problem(
      "invalid-body",
      "The body's Content-Type is multipart/form-data, but the body is not a valid form.",
      "body",
      { cause },
    );
  }
  const pairs: [string, unknown][] = [];
  let image: SentImage | undefined;
  for (const [name, value] of form) {
    if (typeof value === "string" && name !== "image") {
      pairs.push([name, fromText(name, value)]);
    } else if (typeof value === "string" || name !== "image") {
      throw new Problem(
        "invalid-option",
        "The form must contain the image as a file in the field image.",
        name,
      );
    } else if (image !== undefined) {
      throw new Problem("invalid-image", "The field image is given more than once. Send one image.", "image");
    } else {
      image = { bytes: new Uint8Array(await value.arrayBuffer()), type: mediaType(value.type) };
    }
  }
  return { pairs, image };
}

/**
 * Reads a request's body and its query string: a raw image, multipart/form-data with the field `image`, or JSON
 * with `image` as base64 or a data URL. Options may stand in the query string or the body, each in one place.
 * @param memory the memory that bodies may take; the rate limit must have counted the request before
 * @throws Problem
 */
export async function readBody(c: Context, memory: BodyMemory, limit: BodyLimit = IMAGE_BODY): Promise<Sent> {
  const query = queryPairs(c.req.url);
  const contentType = c.req.header("Content-Type");
  const type = mediaType(contentType);
  const bytes = await readBytes(c, memory, limit);
  if (type === "application/json") {
    const { pairs, image } = readJson(bytes);
    return { options: collect([...query, ...pairs]), image };
  }
  if (contentType !== undefined && type === "multipart/form-data") {
    const { pairs, image } = await readForm(bytes, contentType);
    return { options: collect([...query, ...pairs]), image };
  }
  if (bytes.length === 0) return { options: collect(query), image: undefined };
  if (!type.startsWith("image/") && type !== "application/octet-stream") {
    throw new Problem(
      "unsupported-media-type",
      `A body of the type ${type || "(none given)"} is not supported. Send an image with its own type such as image/png, ` +
        "multipart/form-data with the field image, or application/json.",
      "Content-Type",
    );
  }
  return { options: collect(query), image: { bytes, type } };
}
