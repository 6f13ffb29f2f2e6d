import type { InputFormat } from "../../model/manifest.ts";
import type { HttpResponse, Request } from "./http.ts";

/** The protocols of remote models. */
export const protocols = ["kserve-v2", "tf-serving", "json"] as const;
export type ProtocolName = (typeof protocols)[number];

/**
 * A server's raw output for one image: a value for each label; or only some labels, by name or index, with
 * their values, the highest first.
 */
export type RawRow = ArrayLike<number> | readonly (readonly [label: string | number, value: number])[];

/** A server's output for a batch. */
export interface RawPredictions {
  readonly rows: readonly RawRow[];
  /** The kind of values, if the response specifies it. */
  readonly output?: "probabilities" | "logits";
  /** The type of quantised values, such as UINT8. */
  readonly quantised?: string;
}

/** The server's image shape and other metadata of its model. An unspecified size is null. */
export interface ServerFacts {
  /** [height, width, channels] or [channels, height, width]; undefined if the server does not specify it. */
  readonly image?: readonly (number | null)[];
  /** Whether each value of the input is a byte. */
  readonly takesBytes?: boolean;
  /** The number of images per request, if the batch axis is fixed. */
  readonly batch?: number;
  readonly labels?: number;
}

/** How requests are written and responses are read. Pure except for `facts`, which requests the metadata. */
export interface Protocol {
  /** Where queries go, without a query string. */
  readonly url: string;
  /** Requests the server's metadata of its model. @throws RemoteError */
  facts(): Promise<ServerFacts>;
  /** @param tensor count images in the input format */
  encode(tensor: Float32Array, count: number, format: InputFormat): Request;
  /** @throws RemoteError `remote-response` */
  decode(answer: HttpResponse, count: number): RawPredictions;
}

/** The protocols' options. */
export interface ServerOptions {
  readonly url: string;
  /** The model's name on the server; not used by the json protocol. */
  readonly model?: string | undefined;
  /** Default: chosen by the server. */
  readonly version?: string | undefined;
  /** The names of the tensors, if there are several. */
  readonly tensors?:
    | { readonly input?: string | undefined; readonly output?: string | undefined }
    | undefined;
}
