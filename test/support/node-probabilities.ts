/**
 * Runs in Node before the Worker tests, which have no disk: the probabilities that onnxruntime-web computes there, for them
 * to compare, and a file to send.
 */
import { readFileSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { evaluationImage } from "../../src/core/audit/evaluation-set.ts";
import { createRegistry } from "../../src/core/model/registry.ts";
import { nodeRuntime, readModels } from "../../src/node/models.ts";
import { evaluationFile } from "../../src/node/services.ts";
import { providedImages } from "./provided.ts";

export default async function setup(project: TestProject): Promise<void> {
  const set = evaluationFile();
  const classifier = createRegistry(readModels("models"), nodeRuntime()).default;
  const rows: number[][] = [];
  for (let index = 0; index < providedImages; index++) {
    rows.push([...(await classifier.probabilities(evaluationImage(set, index).image))]);
  }
  project.provide("nodeProbabilities", rows);
  project.provide("decompressionBomb", readFileSync("test/fixtures/png-bomb.png", "base64"));
}
