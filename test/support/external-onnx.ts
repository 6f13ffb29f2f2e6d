/** Models whose weights lie in another file, made from models that are complete. */
import { PbfReader, PbfWriter } from "pbf";

function entry([key, value]: readonly [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}

/** Rewrites a model of `writeOnnx` so that the values of its initialisers lie in the file `location`, 64-aligned. */
export function externalOnnx(
  onnx: Uint8Array,
  location: string,
): { readonly onnx: Uint8Array<ArrayBuffer>; readonly data: Uint8Array<ArrayBuffer> } {
  const data: number[] = [];
  const tensor = (pbf: PbfReader, out: PbfWriter) => {
    pbf.readMessage((field) => {
      if (field !== 9) {
        if (pbf.type === 2) out.writeBytesField(field, pbf.readBytes());
        else out.writeVarintField(field, pbf.readVarint(true));
        return;
      }
      const raw = pbf.readBytes();
      while (data.length % 64 > 0) data.push(0);
      const place = { location, offset: `${data.length}`, length: `${raw.length}` };
      for (const pair of Object.entries(place)) out.writeMessage(13, entry, pair);
      out.writeVarintField(14, 1);
      data.push(...raw);
    }, null);
  };
  const graph = (pbf: PbfReader, out: PbfWriter) => {
    pbf.readMessage((field) => {
      if (field === 5) out.writeMessage(5, tensor, pbf);
      else out.writeBytesField(field, pbf.readBytes());
    }, null);
  };
  const out = new PbfWriter();
  const pbf = new PbfReader(onnx);
  pbf.readFields((field) => {
    if (field === 7) out.writeMessage(7, graph, pbf);
    else if (pbf.type === 2) out.writeBytesField(field, pbf.readBytes());
    else out.writeVarintField(field, pbf.readVarint());
  }, null);
  return { onnx: new Uint8Array(out.finish()), data: Uint8Array.from(data) };
}
