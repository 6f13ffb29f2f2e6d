/** Servers on 127.0.0.1 that answer for a classifier in the protocols of remote models, or refuse to. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { dimsOf } from "../../src/core/compiler/value.ts";
import { decodePng } from "../../src/core/image/png/png.ts";
import type { Classifier } from "../../src/core/model/classifier.ts";
import { renderTensor } from "../../src/core/model/tensor.ts";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer<ArrayBuffer>;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body: string | Uint8Array | object;
}

/** What a server does: it replies, never replies, or closes the connection. */
export type Handler = (received: Received) => Reply | "hang" | "close" | Promise<Reply | "hang" | "close">;

/** Starts a server that ends with the test. */
export async function serve(handle: Handler) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const body = Buffer.concat(chunks);
      const one = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
      received.push(one);
      const reply = await handle(one);
      if (reply === "hang") return;
      if (reply === "close") return void request.socket.destroy();
      const isRaw = typeof reply.body === "string" || reply.body instanceof Uint8Array;
      response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers });
      response.end(isRaw ? (reply.body as string | Uint8Array) : JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const LENGTH = "inference-header-content-length";

/** Rows of a classifier's probabilities, one an image. */
async function rowsOf(classifier: Classifier, tensor: Float32Array, count: number): Promise<number[][]> {
  const flat = await classifier.classify(tensor, count);
  const labels = flat.length / count;
  return Array.from({ length: count }, (_, at) => [...flat.subarray(at * labels, (at + 1) * labels)]);
}

/** A KServe v2 server of the model "served", with the binary extension or without. @param batch how many images it takes, -1 for any number */
export function kserveHandler(classifier: Classifier, isBinary = false, batch = -1): Handler {
  const { input, labels } = classifier.manifest;
  const [, ...shape] = dimsOf(input, input.layout);
  return async ({ method, path, headers, body }) => {
    if (method === "GET" && path === "/v2") {
      return { body: { name: "test", version: "1", extensions: isBinary ? ["binary_tensor_data"] : [] } };
    }
    if (method === "GET" && path === "/v2/models/served") {
      return {
        body: {
          name: "served",
          inputs: [{ name: "image", datatype: "FP32", shape: [batch, ...shape] }],
          outputs: [{ name: "scores", datatype: "FP32", shape: [-1, labels.length] }],
        },
      };
    }
    if (method !== "POST" || path !== "/v2/models/served/infer") {
      return { status: 404, body: { error: `nothing is at ${method} ${path}` } };
    }
    const end = headers[LENGTH] === undefined ? body.length : Number(headers[LENGTH]);
    const asked = JSON.parse(body.subarray(0, end).toString());
    const [tensor] = asked.inputs;
    const bytes = new Uint8Array(body.subarray(end));
    if (isBinary && tensor.parameters.binary_data_size !== bytes.length) {
      return { status: 400, body: { error: "another number of bytes than it says" } };
    }
    const values = isBinary ? new Float32Array(bytes.buffer) : Float32Array.from(tensor.data);
    const count = tensor.shape[0];
    if (batch > 0 && count !== batch)
      return { status: 400, body: { error: `${count} images, not ${batch}` } };
    const data = (await rowsOf(classifier, values, count)).flat();
    const output = { name: "scores", datatype: "FP32", shape: [count, labels.length] };
    if (!isBinary) return { body: { model_name: "served", outputs: [{ ...output, data }] } };
    const raw = new Uint8Array(Float32Array.from(data).buffer);
    const parameters = { binary_data_size: raw.length };
    const json = Buffer.from(JSON.stringify({ outputs: [{ ...output, parameters }] }));
    return { headers: { [LENGTH]: String(json.length) }, body: Buffer.concat([json, raw]) };
  };
}

/** A server of the model "served" with TensorFlow Serving's REST API. */
export function tfServingHandler(classifier: Classifier): Handler {
  const { input, labels } = classifier.manifest;
  const dim = (sizes: readonly number[]) => ({
    dim: sizes.map((size) => ({ size: String(size), name: "" })),
  });
  const [, ...shape] = dimsOf(input, input.layout);
  return async ({ path, body }) => {
    if (path === "/v1/models/served/metadata") {
      const inputs = { image: { dtype: "DT_FLOAT", tensor_shape: dim([-1, ...shape]) } };
      const outputs = { scores: { dtype: "DT_FLOAT", tensor_shape: dim([-1, labels.length]) } };
      const signature_def = { signature_def: { serving_default: { inputs, outputs } } };
      return { body: { model_spec: { name: "served" }, metadata: { signature_def } } };
    }
    if (path !== "/v1/models/served:predict") return { status: 404, body: { error: "Malformed request" } };
    const { instances } = JSON.parse(body.toString());
    const tensor = Float32Array.from(instances.flat(Number.POSITIVE_INFINITY));
    return { body: { predictions: await rowsOf(classifier, tensor, instances.length) } };
  };
}

/** A server of the plain protocol. @param rowOf what one image's answer is made of */
export function jsonHandler(
  classifier: Classifier,
  rowOf: (probabilities: readonly number[]) => unknown = (row) => row,
): Handler {
  return async ({ body }) => {
    const { images } = JSON.parse(body.toString()) as { images: string[] };
    const rows = images.map(async (base64) => {
      const image = await decodePng(
        new Uint8Array(Buffer.from(base64, "base64")),
        classifier.manifest.input.channels,
      );
      const [row] = await rowsOf(classifier, renderTensor(image, classifier.manifest.input), 1);
      return rowOf(row!);
    });
    return { body: { probabilities: await Promise.all(rows) } };
  };
}
