/** The service's HTTP API, as the page sees it. */
import { readEvents } from "./events.ts";

export interface Answer {
  readonly label: string;
  readonly probability: number;
  /** One a label, in the order of the model's labels. */
  readonly probabilities: readonly number[];
}

export interface ChangedPixel {
  readonly x: number;
  readonly y: number;
  readonly from: string;
  readonly to: string;
}

export interface Model {
  readonly id: string;
  readonly title: string;
  readonly labels: readonly string[];
  readonly input: { readonly width: number; readonly height: number; readonly channels: 1 | 3 };
}

export interface Sample {
  readonly name: string;
  readonly label: string;
}

/** `GET /v1/models` */
export interface Models {
  readonly default: string;
  readonly models: readonly Model[];
}

/** `GET /v1/samples` */
export interface Samples {
  readonly samples: readonly Sample[];
}

/** `POST /v1/classify`: every label with its probability, highest first. */
interface Classification {
  readonly label: string;
  readonly probability: number;
  readonly probabilities: readonly { readonly label: string; readonly probability: number }[];
}

export interface Progress {
  readonly queries: number;
  readonly generation: number;
  /** The candidate that comes nearest to fooling the classifier so far. */
  readonly best: Answer & { readonly pixels: readonly ChangedPixel[] };
}

export interface AttackResult {
  readonly status: "fooled" | "survived" | "misclassified";
  readonly model: { readonly id: string };
  readonly label: string;
  readonly target: string | null;
  readonly before: Answer;
  readonly after: Answer;
  readonly pixels: readonly ChangedPixel[];
  /** The returned image as a data URL. */
  readonly image: string;
  readonly cost: { readonly queries: number; readonly generations: number; readonly budget: number };
  readonly stopped:
    | "success"
    | "exhausted"
    | "converged"
    | "gave-up"
    | "budget"
    | "aborted"
    | "cpu-limit"
    | null;
  readonly certificate: { readonly corners: number; readonly fooling: number } | null;
  readonly verified: boolean;
  /** The numbers of pixels that were tried, where the fewest were searched for. */
  readonly tried?: readonly { readonly pixels: number }[];
}

/** A colour that fools the classifier, at one pixel. */
export interface FoolingColour {
  /** `#rrggbb` */
  readonly colour: string;
  /** What the classifier then says. */
  readonly label: string;
  readonly probability: number;
}

export interface MapPixel {
  readonly x: number;
  readonly y: number;
  /** The lowest log p(label) − max log p(other) over the colours tried; below 0 where one fools. */
  readonly margin: number;
  readonly fooling: readonly FoolingColour[];
}

/** `POST /v1/map` */
export interface MapResult {
  readonly label: string;
  readonly before: Answer;
  readonly width: number;
  readonly height: number;
  readonly pixels: readonly MapPixel[];
  readonly cost: { readonly queries: number };
  /** null where nothing was tried, since the classifier is wrong by itself. */
  readonly stopped: string | null;
  /** null unless every pixel was tried. */
  readonly certificate: { readonly corners: number; readonly fooling: number } | null;
}

export interface TargetResult {
  readonly target: string;
  readonly status: "fooled" | "survived";
  readonly after: Answer;
  readonly pixels: readonly ChangedPixel[];
  readonly cost: { readonly queries: number };
  /** null unless every corner colour of every pixel was tried. */
  readonly certificate: { readonly corners: number; readonly fooling: number } | null;
}

/** `POST /v1/targets`; no targets where the classifier is wrong by itself. */
export interface TargetsResult {
  readonly label: string;
  readonly before: Answer;
  readonly targets: readonly TargetResult[];
  readonly cost: { readonly queries: number };
}

/** What the service, or the way to it, has against a request; the message says what to do. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** The response's status; 0 where there was none. */
  readonly status: number;

  constructor(message: string, status = 0, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

const UNREACHABLE = "The service did not answer. Check the connection, then try again.";

interface Problem {
  readonly title?: string;
  readonly detail?: string;
}

function errorOf(problem: Problem, status = 0): ServiceError {
  const message = problem.detail ?? problem.title ?? "The service could not do this. Try again.";
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
    : { detail: `The service answered with status ${response.status}. Try again in a minute.` };
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
  throw new ServiceError("The service ended before it had a result. Try again, with fewer pixels.");
}

/**
 * Asks what the classifier says.
 * @param source the field that names a sample, or holds an image or a file
 * @throws ServiceError
 */
export async function classify(source: Body, model: Model): Promise<Answer> {
  const response = await post("/v1/classify", { ...source, model: model.id }, "application/json", null);
  const { label, probability, probabilities } = (await response.json()) as Classification;
  const byLabel = new Map(probabilities.map((entry) => [entry.label, entry.probability]));
  return { label, probability, probabilities: model.labels.map((name) => byLabel.get(name) ?? 0) };
}

/** An image as the classifier sees it. */
export interface ModelInput {
  readonly png: Blob;
  /** The image as it was sent. */
  readonly original: { readonly width: number; readonly height: number; readonly resized: boolean };
}

/**
 * Asks what the classifier sees of an image.
 * @throws ServiceError
 */
export async function fetchInput(source: Body, model: Model): Promise<ModelInput> {
  const response = await post("/v1/classify", { ...source, model: model.id }, "image/png", null);
  const original = JSON.parse(response.headers.get("onepixel-input")!) as ModelInput["original"];
  return { png: await response.blob(), original };
}
