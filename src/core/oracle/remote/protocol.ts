import type { InputFormat } from "../../model/manifest.ts";
import type { HttpResponse, Request } from "./http.ts";

/** The protocols that remote models are asked in. */
export const protocols = ["kserve-v2", "tf-serving", "json"] as const;
export type ProtocolName = (typeof protocols)[number];

/**
 * What a server says to one image, as it says it: a value a label; or some labels only, by name or index, with the value
 * of each, the highest first.
 */
export type RawRow = ArrayLike<number> | readonly (readonly [label: string | number, value: number])[];

/** What a server says to a batch. */
export interface RawPredictions {
  readonly rows: readonly RawRow[];
  /** What the values are, where the answer itself says so. */
  readonly output?: "probabilities" | "logits";
  /** The type of quantised values, such as UINT8. */
  readonly quantised?: string;
}

/** The shape of one image at the server, and what else it says about its model. A size that it leaves open is null. */
export interface ServerFacts {
  /** [height, width, channels] or [channels, height, width]; left out where the server does not say. */
  readonly image?: readonly (number | null)[];
  /** Where each value of the input is a byte. */
  readonly takesBytes?: boolean;
  /** Most images of one request, where the batch axis is fixed. */
  readonly batch?: number;
  readonly labels?: number;
}

/** How a request to a server is written and its answer is read. Pure but for `facts`, which asks it for its metadata. */
export interface Protocol {
  /** Where queries go, without a query string. */
  readonly url: string;
  /** Asks what the server says about its model. @throws RemoteError */
  facts(): Promise<ServerFacts>;
  /** @param tensor count images as the input format says */
  encode(tensor: Float32Array, count: number, format: InputFormat): Request;
  /** @throws RemoteError `remote-response` */
  decode(answer: HttpResponse, count: number): RawPredictions;
}

/** What the protocols are told about the server. */
export interface ServerOptions {
  readonly url: string;
  /** The model's name at the server; the json protocol has none. */
  readonly model?: string | undefined;
  /** Left out, the version that the server chooses. */
  readonly version?: string | undefined;
  /** The names of the tensors, where there are several. */
  readonly tensors?:
    | { readonly input?: string | undefined; readonly output?: string | undefined }
    | undefined;
}
