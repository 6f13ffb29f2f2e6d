/** Proofs of small networks, and changes of their files. */

import { base64 } from "../../src/core/image/data-url.ts";
import type { Raster } from "../../src/core/image/raster.ts";
import { type Classifier, createClassifier } from "../../src/core/model/classifier.ts";
import { sha256 } from "../../src/core/model/digest.ts";
import { modelInMemory } from "../../src/core/model/entry.ts";
import { type ClaimedPixel, readBoxes } from "../../src/core/proof/check/read-proof.ts";
import { type ProofFile, proofFile } from "../../src/core/proof/proof-file.ts";
import { prove } from "../../src/core/proof/prove.ts";
import { nodeRuntime } from "../../src/node/models.ts";
import { type Foreign, foreignOnnx } from "./foreign-model.ts";
import { kernelModule } from "./kernel/fixtures.ts";

const runtime = nodeRuntime();

/** A classifier of three labels, on images of 5 × 5 pixels. @param file another network than that of `foreignOnnx` */
export async function smallClassifier(
  foreign: Partial<Foreign> = {},
  file?: ArrayBuffer,
): Promise<Classifier> {
  const all: Foreign = {
    ...{ channels: 3, side: 5, layout: "NCHW", batch: "batch", softmax: false, range: 255, pool: "average" },
    ...foreign,
  };
  const onnx = file ?? foreignOnnx(all);
  const each = <T>(value: T) => new Array<T>(all.channels).fill(value);
  const input = { width: all.side, height: all.side, channels: all.channels, layout: all.layout };
  const manifest = {
    id: "small",
    title: "Small, for tests",
    labels: ["a", "b", "c"],
    input: { ...input, scale: 1, mean: each(0), std: each(1) },
    output: all.softmax ? ("probabilities" as const) : ("logits" as const),
  };
  return createClassifier(modelInMemory(manifest, onnx, await sha256(new Uint8Array(onnx))), runtime);
}

/** The proof of an image, which there must be. */
export async function proofOf(
  classifier: Classifier,
  image: Raster,
  target: string | null = null,
): Promise<ProofFile> {
  const end = image.width * image.height;
  const settings = { label: null, target, boxes: 20_000, budget: 10_000, first: 0, end };
  const result = await prove({ classifier, kernelModule, image, settings });
  if (result.status !== "proved") throw new Error(`The image is ${result.status}.`);
  return JSON.parse(JSON.stringify(await proofFile(result, classifier, image))) as ProofFile;
}

function encoded(pixels: readonly ClaimedPixel[]): string {
  const bytes: number[] = [];
  for (const { position, boxes } of pixels) {
    bytes.push(...new Uint8Array(Uint32Array.of(position, boxes.length).buffer));
    for (const { low, high, bound } of boxes) {
      bytes.push(...low.flatMap((first, i) => [first, high[i]!]));
      bytes.push(...new Uint8Array(Float32Array.of(bound).buffer));
    }
  }
  return base64(Uint8Array.from(bytes));
}

/** The file with other fields, and the digest that goes with them. */
export async function withFields(file: ProofFile, fields: Partial<ProofFile>): Promise<ProofFile> {
  const { sha256: _, ...rest } = { ...file, ...fields };
  return { ...rest, sha256: await sha256(Uint8Array.from(new TextEncoder().encode(JSON.stringify(rest)))) };
}

/** The file with other boxes, and the digest that goes with them. */
export async function withBoxes(
  file: ProofFile,
  change: (pixels: ClaimedPixel[]) => readonly ClaimedPixel[],
): Promise<ProofFile> {
  return withFields(file, { boxes: encoded(change(readBoxes(file))) });
}
