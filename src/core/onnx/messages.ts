import { PbfReader } from "pbf";
import { ModelFileError } from "./error.ts";
import { Unsupported } from "./unsupported.ts";

/**
 * The messages of an ONNX file that describe a graph: the required part of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; other fields are skipped.
 */
export interface ModelMessage {
  graph: GraphMessage | undefined;
  opsets: OpsetMessage[];
}
export interface OpsetMessage {
  domain: string;
  version: number;
}
export interface GraphMessage {
  nodes: NodeMessage[];
  initializers: TensorMessage[];
  inputs: ValueMessage[];
  outputs: ValueMessage[];
}
export interface NodeMessage {
  name: string;
  operator: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: AttributeMessage[];
}
export interface AttributeMessage {
  name: string;
  float: number;
  integer: number;
  text: string;
  tensor: TensorMessage | undefined;
  floats: number[];
  integers: number[];
}
export interface TensorMessage {
  name: string;
  dims: number[];
  dataType: number;
  floats: number[];
  integers: number[];
  raw: Uint8Array | undefined;
  /** The location, offset and length of values in another file; undefined if they are in this one. */
  external: Map<string, string> | undefined;
}
export interface ValueMessage {
  name: string;
  elementType: number;
  dims: (number | null)[];
}

// In memory, each message takes many times its size in the file. No classifier that fits in a Worker
// exceeds these limits.
const MOST_NODES = 4096;
const MOST_CONSTANTS = 16_384;
const MOST_ATTRIBUTES = 64;

type Read<T> = (tag: number, message: T, pbf: PbfReader) => void;

/** Reads an embedded message and checks that it ends at its declared length, within the file. */
function embedded<T>(pbf: PbfReader, read: Read<T>, message: T): T {
  const end = pbf.readVarint() + pbf.pos;
  if (end > pbf.length) throw new ModelFileError("The file ends in the middle of a message.");
  pbf.readFields(read, message, end);
  if (pbf.pos !== end) throw new ModelFileError("A field of the file extends beyond its message.");
  return message;
}

const readOpset: Read<OpsetMessage> = (tag, message, pbf) => {
  if (tag === 1) message.domain = pbf.readString();
  else if (tag === 2) message.version = pbf.readVarint(true);
};

const readEntry: Read<{ key: string; value: string }> = (tag, message, pbf) => {
  if (tag === 1) message.key = pbf.readString();
  else if (tag === 2) message.value = pbf.readString();
};

const readTensor: Read<TensorMessage> = (tag, message, pbf) => {
  if (tag === 1) pbf.readPackedVarint(message.dims, true);
  else if (tag === 2) message.dataType = pbf.readVarint();
  else if (tag === 4) pbf.readPackedFloat(message.floats);
  else if (tag === 5 || tag === 7) pbf.readPackedVarint(message.integers, true);
  else if (tag === 8) message.name = pbf.readString();
  else if (tag === 9) message.raw = pbf.readBytes();
  else if (tag === 13) {
    const { key, value } = embedded(pbf, readEntry, { key: "", value: "" });
    message.external ??= new Map();
    message.external.set(key, value);
  }
};

const emptyTensor = (): TensorMessage => ({
  name: "",
  dims: [],
  dataType: 0,
  floats: [],
  integers: [],
  raw: undefined,
  external: undefined,
});

const readAttribute: Read<AttributeMessage> = (tag, message, pbf) => {
  if (tag === 1) message.name = pbf.readString();
  else if (tag === 2) message.float = pbf.readFloat();
  else if (tag === 3) message.integer = pbf.readVarint(true);
  else if (tag === 4) message.text = pbf.readString();
  else if (tag === 5) message.tensor = embedded(pbf, readTensor, emptyTensor());
  else if (tag === 7) pbf.readPackedFloat(message.floats);
  else if (tag === 8) pbf.readPackedVarint(message.integers, true);
};

const readNode: Read<NodeMessage> = (tag, message, pbf) => {
  if (tag === 1) message.inputs.push(pbf.readString());
  else if (tag === 2) message.outputs.push(pbf.readString());
  else if (tag === 3) message.name = pbf.readString();
  else if (tag === 4) message.operator = pbf.readString();
  else if (tag === 5) {
    if (message.attributes.length === MOST_ATTRIBUTES) {
      throw new Unsupported(`has a node with more than ${MOST_ATTRIBUTES} attributes`);
    }
    const attribute = {
      name: "",
      float: 0,
      integer: 0,
      text: "",
      tensor: undefined,
      floats: [],
      integers: [],
    };
    message.attributes.push(embedded<AttributeMessage>(pbf, readAttribute, attribute));
  } else if (tag === 7) message.domain = pbf.readString();
};

const readDimension: Read<ValueMessage> = (tag, message, pbf) => {
  if (tag === 1) message.dims[message.dims.length - 1] = pbf.readVarint(true);
};

const readShape: Read<ValueMessage> = (tag, message, pbf) => {
  if (tag !== 1) return;
  message.dims.push(null);
  embedded(pbf, readDimension, message);
};

const readTensorType: Read<ValueMessage> = (tag, message, pbf) => {
  if (tag === 1) message.elementType = pbf.readVarint();
  else if (tag === 2) embedded(pbf, readShape, message);
};

const readType: Read<ValueMessage> = (tag, message, pbf) => {
  if (tag === 1) embedded(pbf, readTensorType, message);
};

const readValue: Read<ValueMessage> = (tag, message, pbf) => {
  if (tag === 1) message.name = pbf.readString();
  else if (tag === 2) embedded(pbf, readType, message);
};

const readGraph: Read<GraphMessage> = (tag, message, pbf) => {
  if (tag === 1) {
    if (message.nodes.length === MOST_NODES) throw new Unsupported(`has more than ${MOST_NODES} nodes`);
    const node = { name: "", operator: "", domain: "", inputs: [], outputs: [], attributes: [] };
    message.nodes.push(embedded<NodeMessage>(pbf, readNode, node));
  } else if (tag === 5) {
    if (message.initializers.length === MOST_CONSTANTS) {
      throw new Unsupported(`has more than ${MOST_CONSTANTS} constants`);
    }
    message.initializers.push(embedded(pbf, readTensor, emptyTensor()));
  } else if (tag === 11 || tag === 12) {
    const value = embedded<ValueMessage>(pbf, readValue, { name: "", elementType: 0, dims: [] });
    (tag === 11 ? message.inputs : message.outputs).push(value);
  }
};

const readModel: Read<ModelMessage> = (tag, message, pbf) => {
  if (tag === 7) {
    const graph = { nodes: [], initializers: [], inputs: [], outputs: [] };
    message.graph = embedded<GraphMessage>(pbf, readGraph, graph);
  } else if (tag === 8) message.opsets.push(embedded(pbf, readOpset, { domain: "", version: 0 }));
};

/**
 * Reads the messages of an ONNX file.
 * @throws {ModelFileError} if the bytes are truncated or not valid
 * @throws {Unsupported} if there are too many
 */
export function readMessages(bytes: Uint8Array): ModelMessage {
  const pbf = new PbfReader(bytes);
  const message: ModelMessage = { graph: undefined, opsets: [] };
  try {
    pbf.readFields(readModel, message);
  } catch (error) {
    if (error instanceof ModelFileError || error instanceof Unsupported) throw error;
    throw new ModelFileError("The file is truncated or is not an ONNX model.", { cause: error });
  }
  if (pbf.pos !== pbf.length) throw new ModelFileError("The file ends in the middle of a field.");
  return message;
}
