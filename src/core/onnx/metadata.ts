import { PbfReader } from "pbf";
import { ModelFileError } from "./error.ts";

/** ModelProto.metadata_props, and the fields of its entries. */
const METADATA = 14;

function readEntry(tag: number, entry: [string, string], pbf: PbfReader): void {
  if (tag === 1) entry[0] = pbf.readString();
  else if (tag === 2) entry[1] = pbf.readString();
}

/**
 * An ONNX file's `metadata_props`, where exporters put labels and sizes.
 * @throws ModelFileError if the bytes are not an ONNX file
 */
export function readMetadata(bytes: Uint8Array): Map<string, string> {
  const entries: [string, string][] = [];
  try {
    new PbfReader(bytes).readFields((tag, found, pbf) => {
      if (tag === METADATA) found.push(pbf.readMessage(readEntry, ["", ""]));
    }, entries);
  } catch (cause) {
    throw new ModelFileError("The file is truncated or is not an ONNX model.", { cause });
  }
  return new Map(entries);
}
