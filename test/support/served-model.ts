/** The shipped default classifier, as tests put it behind a URL. */
import { readFileSync } from "node:fs";
import type { Classifier } from "../../src/core/model/classifier.ts";
import { loadModel } from "../../src/node/index.ts";

export const cat = new Uint8Array(readFileSync("models/samples/cifar10/cat-3.png"));
export const local = (await loadModel()) as Classifier;
export const { labels } = local.manifest;
const { width, height, channels, scale, mean, std } = local.manifest.input;

/** What a server that takes tensors does not say of itself, and what one that takes pictures does not. */
export const tensors = { labels, input: { scale, mean, std } };
export const pictures = { labels, input: { width, height, channels } };
