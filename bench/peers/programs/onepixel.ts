import {
  type AttackOptions,
  type AttackResult,
  attack,
  loadModel,
  type Raster,
} from "../../../src/node/index.ts";

export async function run(file: string, images: Raster[], labels: string[], options: AttackOptions) {
  const model = await loadModel(file);
  const results: AttackResult[] = [];
  for (const [at, image] of images.entries()) {
    results.push(await attack(model, image, { ...options, label: labels[at] }));
  }
  return results;
}
