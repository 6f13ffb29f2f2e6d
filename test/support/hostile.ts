/** Requests that nobody means well with, the same for the same seed. */
import { readFileSync } from "node:fs";
import { type OutgoingHttpHeaders, request } from "node:http";
import { tokens } from "./tokens.ts";

export interface HostileRequest {
  readonly method: string;
  /** The request target as it stands in the request line. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | undefined;
}

export interface HostileAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

type Random = (below: number) => number;

/** Mulberry32. */
function randomFrom(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) % below;
  };
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)]!;
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const METHODS = [
  "GET",
  "GET",
  "GET",
  "POST",
  "POST",
  "POST",
  "HEAD",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "PROPFIND",
];
const MODEL = "/v1/models/cifar10-resnet8";
/** Not the page at `/`: the platform serves it, before the Worker, and refuses other methods in its own way. */
const PATHS = [
  ..."/v1/attack /v1/attack /v1/attack /v1/classify /v1/verify /v1/verify /v1/map /v1/targets /v1/map/estimate /v1/attack/estimate /v1/audits".split(
    " ",
  ),
  ..."/v1/audits/x /v1/audits/%00/results.csv /v1/audits/x/results.json /v1/models /v1/samples".split(" "),
  ..."/v1/samples/cat-3 /v1/samples/constructor /v1/models/__proto__ /models/cifar10-resnet8 /models/%ff".split(
    " ",
  ),
  ..."/openapi.json /docs /healthz /v1 /v1/ //v1//attack /v1/attack/ /v1/ATTACK /%2e%2e/%2e%2e/etc/passwd".split(
    " ",
  ),
  ..."/v1/../v1/attack /v1/samples/..%2f..%2fpackage.json /v1/samples/%E0%A4%A /.git/config /v1/attack%00".split(
    " ",
  ),
  MODEL,
  `${MODEL}/badge.svg`,
  `${MODEL}/badge.json`,
  `${MODEL}/audit`,
  `/v1/models/${"m".repeat(4000)}`,
  `/${"a/".repeat(1500)}`,
];
const OPTIONS = (
  "model sample label target pixels maxPixels search preset strategy objective stop engine population generations " +
  "mutationFactor crossover seed exhaustive style verbose __proto__ constructor toString image images publish"
).split(" ");
const ODD_TEXTS = [
  ..."|0|1|-1|-0|1.5|1e999|0x10|NaN|Infinity|true|false|null|undefined|[]|{}|min|auto|cat|cat-3|dog-5|cats".split(
    "|",
  ),
  ..."de|corners|random|sparse-rs|guided|paper|scipy|flip|margin|onnxruntime|incremental|flat|__proto__".split(
    "|",
  ),
  ..."constructor|9007199254740993|4294967296|0,1|1,0|🐈|ﬀ|\u202e|\u0000|' OR 1=1 --|<script>|{{7*7}}|../../x".split(
    "|",
  ),
  "x".repeat(5000),
];

function query(random: Random): string {
  const pairs = times(random(5), () => {
    const value = pick(random, ODD_TEXTS);
    return `${pick(random, OPTIONS)}=${random(8) ? encodeURIComponent(value) : "%zz%E0"}`;
  });
  // What costs queries stays cheap, except seldom.
  const budget = random(40) ? 1 + random(200) : pick(random, [0, -1, 2000, 100_001, 1e21]);
  if (random(4)) pairs.push(`budget=${budget}`, ...(random(3) ? ["sample=cat-3"] : []));
  if (random(10) === 0) pairs.push(...pairs);
  return pairs.length === 0 ? "" : `?${pairs.join(random(30) ? "&" : ";")}`;
}

const images = [
  "models/samples/cifar10/cat-3.png",
  "test/fixtures/jpeg-orientation-1.jpg",
  "test/fixtures/png-bomb.png",
].map((file) => readFileSync(new URL(`../../${file}`, import.meta.url)));

/** A real image, whole, cut, or with bytes changed. */
function image(random: Random): Buffer {
  const bytes = Buffer.from(pick(random, images));
  if (random(3) === 0) return bytes.subarray(0, random(bytes.length));
  for (let edits = random(6); edits > 0; edits--) bytes[random(bytes.length)] = random(256);
  return bytes;
}

/** Any JSON value, as text; deep ones seldom. */
function json(random: Random, depth = 0): string {
  if (depth === 0 && random(50) === 0) return `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  const kind = random(depth > 3 ? 3 : 6);
  if (kind === 0) return String(pick(random, [0, -1, 1.5, 1e308, "true", "null"]));
  if (kind <= 2) return JSON.stringify(pick(random, ODD_TEXTS));
  if (kind === 3) return `[${times(random(4), () => json(random, depth + 1)).join()}]`;
  return object(random, depth);
}

const MEMBERS = [...OPTIONS, "before", "after", "original", "status", "verified", "settings", "set", "count"];

/** Known members with odd values. An image, if any, is mostly real, so that what stands behind it is reached. */
function object(random: Random, depth: number): string {
  const members = times(
    random(7),
    () => `${JSON.stringify(pick(random, MEMBERS))}:${json(random, depth + 1)}`,
  );
  if (depth === 0) {
    members.push(`"budget":${random(100) + 1}`);
    const base64 = image(random).toString("base64");
    if (random(2))
      members.push(`"image":"${random(5) ? base64 : `data:image/png;base64,${base64.slice(1)}`}"`);
    if (random(4) === 0) members.push('"before":"cat","after":"dog","sample":"cat-3"');
    if (random(4) === 0)
      members.push(`"pixels":[{"x":${random(40)},"y":${random(40)},"to":"#ff00f${random(9)}"}]`);
    if (random(6) === 0) members.push(`"images":[{"image":"${base64}","label":"cat"}]`);
  }
  return `{${members.join()}}`;
}

function form(random: Random): Buffer {
  const part = (name: string, value: string | Buffer, rest = "") =>
    Buffer.concat([
      Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`),
      Buffer.from(value),
      Buffer.from("\r\n"),
    ]);
  const parts = times(random(4), () => part(pick(random, OPTIONS), pick(random, ODD_TEXTS)));
  parts.push(part("budget", String(1 + random(50))));
  if (random(3)) parts.push(part("image", image(random), '; filename="a.png"'));
  return Buffer.concat([...parts, Buffer.from(random(5) ? "--b--\r\n" : "--b")]);
}

function bodyOf(random: Random): { body: Buffer; type: string } {
  switch (random(6)) {
    case 0:
      return {
        body: image(random),
        type: pick(random, ["image/png", "image/jpeg", "image/gif", "application/octet-stream"]),
      };
    case 1:
      return {
        body: form(random),
        type: pick(random, [
          "multipart/form-data; boundary=b",
          "multipart/form-data",
          "multipart/form-data; boundary=c",
        ]),
      };
    case 2:
      return { body: Buffer.from(json(random).slice(0, 1 + random(4000))), type: "application/json" };
    case 3:
      return {
        body: Buffer.from(times(random(400), () => random(256))),
        type: pick(random, ["text/plain", "application/json", "image/webp", "x", ""]),
      };
    default:
      return { body: Buffer.from(random(20) ? object(random, 0) : json(random)), type: "application/json" };
  }
}

const ACCEPTS = [
  "*/*",
  "image/png",
  "text/event-stream",
  "application/x-ndjson",
  "text/html",
  "a/b",
  ",;q=",
  "*/*;q=-1",
  "x".repeat(3000),
];

function headersOf(random: Random): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  const maybe = (name: string, values: readonly string[], chance = 5) => {
    if (random(chance) === 0) headers[name] = pick(random, values);
  };
  maybe("Accept", ACCEPTS, 3);
  maybe(
    "Authorization",
    ["Bearer x", `Bearer ${tokens[0]}`, "Basic Og==", "Bearer", `Bearer ${"t".repeat(3000)}`],
    4,
  );
  maybe("If-None-Match", ["*", '"', 'W/"x", "y"', '"'.repeat(2000)]);
  maybe("X-Request-Id", ["a b", "x".repeat(2000), "<id>", "é"]);
  maybe("Origin", ["null", "https://example.org"]);
  maybe("Range", ["bytes=0-1", "bytes=-"]);
  maybe("Content-Encoding", ["gzip", "br", "x"], 12);
  maybe("Cookie", [`a=${"b".repeat(3000)}`], 12);
  return headers;
}

/** The request of a seed. */
export function hostileRequest(seed: number): HostileRequest {
  const random = randomFrom(seed);
  const route = pick(random, PATHS);
  const usual = /attack|classify|verify|map|targets|estimate|audits$/.test(route) ? "POST" : "GET";
  const method = random(3) ? usual : pick(random, METHODS);
  const path = route + query(random);
  const headers = headersOf(random);
  if (method !== "POST" && random(4)) return { method, path, headers, body: undefined };
  const { body, type } = bodyOf(random);
  return { method, path, headers: { ...headers, "Content-Type": type }, body };
}

/** Silence after which a request is lost. */
const LOST_MILLISECONDS = 10_000;

/** Sends a request as it is, which `fetch` would put in order first. */
function sendOnce(origin: string, { method, path, headers, body }: HostileRequest): Promise<HostileAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": body.length };
    const options = { method, path, headers: { ...headers, ...length }, timeout: LOST_MILLISECONDS };
    const sent = request(origin, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on("timeout", () => sent.destroy(new Error(`no response in ${LOST_MILLISECONDS} ms`)));
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Tries of a request whose connection is lost. */
const TRIES = 3;

/**
 * Whether the local proxy in front of the Worker failed, and not the Worker. One in some ten thousand requests ends like
 * that, or without a response: when the Worker responds to a body that it does not read, its log says so and the response is
 * lost on the way. The proxy's own responses are plain text with a place in its code; the Worker's errors are problems.
 */
const isOfProxy = ({ status, type, body }: HostileAnswer): boolean =>
  status === 500 && type.startsWith("text/plain") && body.includes("/miniflare/");

/**
 * Sends a request, again if its connection is lost on the way.
 * @param onLost called each time
 * @throws the error of the last try
 */
export async function sendHostile(
  origin: string,
  request: HostileRequest,
  onLost: () => void = () => undefined,
): Promise<HostileAnswer> {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await sendOnce(origin, request);
      if (!isOfProxy(answer) || tries === TRIES) return answer;
    } catch (error) {
      if (tries === TRIES) throw error;
    }
    onLost();
  }
}

/** What is wrong with an answer, whatever was asked; null when nothing is. */
export function faultOf({ status, type, body }: HostileAnswer, method: string): string | null {
  if (status >= 500 || status < 200) return `the status ${status}`;
  if (status < 400 || method === "HEAD") return null;
  if (type !== "application/problem+json") return `an error of the type ${type || "(none)"}`;
  const problem = JSON.parse(body) as Record<string, unknown>;
  const isWhole = ["type", "title", "detail"].every(
    (name) => typeof problem[name] === "string" && problem[name],
  );
  return isWhole && problem.status === status ? null : `a problem that lacks a part: ${body.slice(0, 200)}`;
}
