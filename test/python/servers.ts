import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { resolve } from "node:path";
import { program } from "./environment.ts";

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export interface PythonServer {
  readonly url: string;
  stop(): Promise<void>;
}

const FOLDER = resolve("test/python");
const ONNX_FILE = resolve("models/cifar10-resnet8/model.onnx");

/** Waits until a URL answers with 200. @throws Error with what the server wrote, if it ends or takes too long */
async function untilReady(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) break;
    const response = await fetch(url).catch(() => null);
    if (response?.status === 200) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`The server at ${url} is not ready:\n${log()}`);
}

async function start(
  args: readonly [string, ...string[]],
  env: Record<string, string>,
  url: string,
  ready: string,
) {
  const [command, ...rest] = args;
  const child = spawn(program(command), rest, { cwd: FOLDER, env: { ...process.env, ONNX_FILE, ...env } });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (log += text));
  const stop = async () => {
    if (child.exitCode === null && child.kill()) await once(child, "exit");
  };
  await untilReady(url + ready, child, () => log).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url, stop };
}

/** MLServer, with the shipped model as "cifar10". */
export async function startMlServer(): Promise<PythonServer> {
  const [http, grpc] = [await freePort(), await freePort()];
  const env = { MLSERVER_HTTP_PORT: String(http), MLSERVER_GRPC_PORT: String(grpc) };
  const url = `http://127.0.0.1:${http}`;
  return start(["mlserver", "start", "kserve"], env, url, "/v2/models/cifar10/ready");
}

/** A FastAPI program of this folder. @param ready the path of its own description */
export async function startFastApi(module: string): Promise<PythonServer> {
  const port = await freePort();
  const args = ["uvicorn", `${module}:app`, "--host", "127.0.0.1", "--port", String(port)] as const;
  return start([...args], {}, `http://127.0.0.1:${port}`, "/openapi.json");
}
