/** Requests of the page to the service. */
import type { Classification, Estimate, Model, Prediction, Problem, Progress } from "../../api/types.ts";
import type { Space } from "../../core/attack/options/settings.ts";
import { readEvents } from "./events.ts";

/** A request failed, at the service or on the way to it; the message says what to do. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** The response's status; 0 where there was none. */
  readonly status: number;

  constructor(message: string, status = 0, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

const UNREACHABLE = "The service did not respond. Check the connection, then try again.";

function errorOf(problem: Partial<Problem>, status = 0): ServiceError {
  const message = problem.detail ?? problem.title ?? "The request failed. Try again.";
  return new ServiceError(message, status);
}

async function request(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch((cause: unknown) => {
    if (init.signal?.aborted) throw cause;
    throw new ServiceError(UNREACHABLE, 0, { cause });
  });
  if (response.ok) return response;
  const problem = response.headers.get("content-type")?.startsWith("application/problem+json")
    ? ((await response.json()) as Problem)
    : { detail: `The service responded with status ${response.status}. Try again in a minute.` };
  throw errorOf(problem, response.status);
}

/**
 * Reads a resource.
 * @throws ServiceError
 */
export async function get<T>(path: string): Promise<T> {
  const response = await request(path, { headers: { accept: "application/json" } });
  return (await response.json()) as T;
}

/** Options, and what names the image: `sample`, `image` as a data URL, or `file`, which is sent as it is. */
export type Body = Readonly<Record<string, string | number | Blob>>;

function post(path: string, body: Body, accept: string, signal: AbortSignal | null): Promise<Response> {
  const { file, ...options } = body;
  if (!(file instanceof Blob)) {
    const headers = { "content-type": "application/json", accept };
    return request(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  }
  const query = new URLSearchParams(Object.entries(options).map(([name, value]) => [name, String(value)]));
  const headers = { "content-type": file.type, accept };
  return request(`${path}?${query}`, { method: "POST", headers, body: file, signal });
}

/**
 * Starts work that takes a while, and waits for its result.
 * @param onProgress is told of every progress event on the way
 * @throws ServiceError, or the signal's reason once it is aborted
 */
export async function run<T>(
  path: string,
  body: Body,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<T> {
  const response = await post(path, body, "text/event-stream", signal);
  try {
    for await (const { event, data } of readEvents(response.body!)) {
      if (event === "progress") onProgress(JSON.parse(data) as Progress);
      if (event === "result") return JSON.parse(data) as T;
      if (event === "problem") throw errorOf(JSON.parse(data) as Problem);
    }
  } catch (cause) {
    if (signal.aborted || cause instanceof ServiceError) throw cause;
    throw new ServiceError(UNREACHABLE, 0, { cause });
  }
  throw new ServiceError("The service stopped without a result. Try again with fewer pixels.");
}

/**
 * Asks what a request would cost.
 * @param path of the request
 * @throws ServiceError, or the signal's reason once it is aborted
 */
export async function estimate(path: string, body: Body, signal: AbortSignal): Promise<Estimate> {
  const response = await post(`${path}/estimate`, body, "application/json", signal);
  return (await response.json()) as Estimate;
}

/**
 * Classifies an image.
 * @param source the field that names a sample, or holds an image or a file
 * @throws ServiceError
 */
export async function classify(source: Body, model: Model): Promise<Prediction> {
  const response = await post("/v1/classify", { ...source, model: model.id }, "application/json", null);
  const { label, probability, probabilities } = (await response.json()) as Classification;
  return { label, probability, top: probabilities };
}

/** An image as the classifier sees it. */
export interface ModelInput {
  readonly png: Blob;
  /** The image as it was sent. */
  readonly original: { readonly width: number; readonly height: number; readonly resized: boolean };
}

/**
 * Fetches the image as the classifier sees it, or with `source` as the service decodes it.
 * @throws ServiceError
 */
export async function fetchInput(source: Body, model: Model, space: Space): Promise<ModelInput> {
  const body = { ...source, model: model.id, ...(space === "source" && { space }) };
  const response = await post("/v1/classify", body, "image/png", null);
  const original = JSON.parse(response.headers.get("onepixel-input")!) as ModelInput["original"];
  return { png: await response.blob(), original };
}
