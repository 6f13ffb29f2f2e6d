/** The plain protocol: `{ "images": [base64 PNG…] }` → `{ "probabilities": [[…]] }`, or `logits`. */
import { base64 } from "../../image/data-url.ts";
import { encodePng } from "../../image/png/png.ts";
import { byteTable } from "../../kernel/tensor-format.ts";
import type { InputFormat } from "../../model/manifest.ts";
import { unusable } from "./error.ts";
import { jsonOf } from "./http.ts";
import type { Protocol, RawRow, ServerOptions } from "./protocol.ts";
import { isNumbers, isObject, listAt, listed } from "./values.ts";

/** The image that a tensor was rendered from: every value corresponds to one byte. */
function imageOf(tensor: Float32Array, format: InputFormat) {
  const { width, height, channels, layout } = format;
  const area = width * height;
  const values = byteTable(format, channels);
  const bytes = Array.from({ length: channels }, (_, channel) => {
    const own = values.subarray(channel * 256, (channel + 1) * 256);
    return new Map(Array.from(own, (value, byte) => [value, byte]));
  });
  const data = new Uint8Array(area * channels);
  for (let at = 0; at < data.length; at++) {
    const [place, channel] = [Math.floor(at / channels), at % channels];
    const value = tensor[layout === "NCHW" ? channel * area + place : at]!;
    data[at] = bytes[channel]!.get(value)!;
  }
  return { width, height, channels, data };
}

/**
 * The response for one image: a number for each label; an object label → probability; or a list of { label,
 * probability }.
 */
function rowOf(url: string, row: unknown): RawRow {
  if (isNumbers(row)) return row;
  if (isObject(row)) return listed(url, Object.keys(row), Object.values(row));
  if (Array.isArray(row) && row.every(isObject)) {
    return listed(
      url,
      row.map(({ label }) => label),
      row.map(({ probability, score }) => probability ?? score),
    );
  }
  throw unusable(url, `for an image ${JSON.stringify(row)?.slice(0, 100)}: a list of numbers is needed`);
}

export function createJson({ url }: ServerOptions): Protocol {
  const shown = url.split("?")[0]!;
  return {
    url: shown,
    facts: async () => ({}),
    encode(tensor, count, format) {
      const size = tensor.length / count;
      const images = Array.from({ length: count }, (_, at) =>
        base64(encodePng(imageOf(tensor.subarray(at * size, (at + 1) * size), format))),
      );
      const headers = { "Content-Type": "application/json" };
      return { url, headers, body: JSON.stringify({ images }), queries: count };
    },
    decode({ bytes }) {
      const answer = jsonOf(shown, bytes);
      const output = isObject(answer) && "logits" in answer ? "logits" : "probabilities";
      return { output, rows: listAt(shown, answer, output).map((row) => rowOf(shown, row)) };
    },
  };
}
