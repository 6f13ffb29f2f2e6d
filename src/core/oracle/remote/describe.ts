/** A remote model's manifest, from the caller's description and the server's metadata. */
import { OnepixelError } from "../../errors.ts";
import { type InputFormat, type Manifest, parseManifest } from "../../model/manifest.ts";
import {
  type Normalisation,
  type RecipeName,
  recipesFor,
  resolveNormalisation,
} from "../../model/propose/normalisation.ts";
import type { Send } from "./http.ts";
import { kindOf, type OutputFormat } from "./probabilities.ts";
import type { Protocol, ProtocolName, ServerFacts } from "./protocol.ts";

/** A caller's description of a remote model; the server's metadata completes it. */
export type RemoteDescription = Partial<Omit<Manifest, "input">> & {
  readonly input?: Partial<InputFormat> | undefined;
  /** Instead of scale, mean and std of `input`: the name of a known normalisation, or numbers for every channel. */
  readonly normalise?: RecipeName | Partial<Normalisation> | undefined;
};

const filled = (channels: number, value: number) => new Array<number>(channels).fill(value);

const missing = (field: string, what: string) =>
  new OnepixelError("invalid-option", `${field} ${what}`, { field });

/** The sizes and the layout of an image with these axes: 1 or 3 is the number of channels. */
function sizesOf(
  image: ServerFacts["image"],
  layout: InputFormat["layout"] | undefined,
): Partial<InputFormat> {
  if (image === undefined) return {};
  const isChannels = (axis: number) => image[axis] === 1 || image[axis] === 3;
  const first = layout === undefined ? isChannels(0) && !isChannels(2) : layout === "NCHW";
  const [channels, height, width] = first ? image : [image[2], image[0], image[1]];
  return {
    layout: first ? "NCHW" : "NHWC",
    ...(height != null && { height }),
    ...(width != null && { width }),
    ...((channels === 1 || channels === 3) && { channels }),
  };
}

function inputOf(
  name: ProtocolName,
  { input: said = {}, normalise }: RemoteDescription,
  facts: ServerFacts,
): Partial<InputFormat> {
  const found = { ...sizesOf(facts.image, said.layout), ...said };
  const { width, height, channels = name === "json" ? 3 : undefined } = found;
  if (width === undefined || height === undefined) {
    throw missing("size", "is required, such as 32x32: the server does not specify its image size.");
  }
  if (channels === undefined) {
    throw missing("channels", "must be 1 or 3: the server does not specify its number of channels.");
  }
  const sizes = { ...found, channels };
  const bytes = { scale: 1, mean: filled(channels, 0), std: filled(channels, 1) };
  if (name === "json") return { layout: "NHWC", ...sizes, ...bytes };
  if (facts.takesBytes) {
    if (normalise === undefined && said.scale === undefined) return { ...sizes, ...bytes };
    throw missing("normalise", "must be omitted: the server takes bytes and scales them itself.");
  }
  if (normalise !== undefined) return { ...sizes, ...resolveNormalisation(normalise, channels) };
  if (said.scale !== undefined && said.mean !== undefined && said.std !== undefined) return sizes;
  throw missing(
    "normalise",
    `must be one of ${recipesFor(channels).join(", ")}, or scale, mean and std: servers do not specify how their input is normalised.`,
  );
}

function labelsOf(said: readonly string[] | undefined, facts: ServerFacts): readonly string[] {
  if (said !== undefined) return said;
  if (facts.labels !== undefined) return Array.from({ length: facts.labels }, (_, at) => String(at));
  throw missing(
    "labels",
    "are required, in the order of the output: the server does not specify their number.",
  );
}

/** A model's id, from its name on the server. */
const idOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64) || "remote";

/**
 * @param model the model's name on the server
 * @throws OnepixelError `invalid-manifest` naming what is missing, or does not fit
 */
export function describe(
  name: ProtocolName,
  said: RemoteDescription,
  facts: ServerFacts,
  model: string | undefined,
): Omit<Manifest, "output"> & { readonly output?: Manifest["output"] | undefined } {
  const id = said.id ?? idOf(model ?? "remote");
  const { normalise: _, ...rest } = said;
  const described = {
    ...rest,
    id,
    title: said.title ?? model ?? id,
    labels: labelsOf(said.labels, facts),
    input: inputOf(name, said, facts),
  };
  // Only a response may show whether the values are probabilities; everything else is checked first.
  const checked = JSON.stringify({ ...described, output: said.output ?? "logits" });
  return { ...parseManifest(checked, "the remote model's description", id), output: said.output };
}

/** Finds out whether a server returns probabilities or logits, with one query of a black image. */
export async function findOutput(
  protocol: Protocol,
  send: Send,
  { input }: Pick<Manifest, "input">,
  { batch: count = 1 }: ServerFacts,
): Promise<OutputFormat["output"]> {
  const size = input.width * input.height * input.channels;
  const black = Float32Array.from({ length: count * size }, (_, index) => {
    const at = index % size;
    const area = input.width * input.height;
    const channel = input.layout === "NCHW" ? Math.floor(at / area) : at % input.channels;
    return -input.mean[channel]! / input.std[channel]!;
  });
  const { output, rows, quantised } = protocol.decode(
    await send(protocol.encode(black, count, input)),
    count,
  );
  if (quantised !== undefined) return "probabilities";
  return output ?? (rows[0] === undefined ? "probabilities" : kindOf(rows[0]));
}
