import { type AttackResult, attack, loadModel, type Raster } from "../../../src/node/index.ts";

export async function run(file: string, images: Raster[], labels: string[], pixels: number) {
  const model = await loadModel(file);
  const results: AttackResult[] = [];
  for (const [at, image] of images.entries()) {
    results.push(await attack(model, image, { label: labels[at], pixels }));
  }
  return results;
}
