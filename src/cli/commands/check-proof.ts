import type { Command } from "commander";
import { checkProof } from "../../node/index.ts";
import { openModel } from "../../node/open-model.ts";
import { readJson } from "../files.ts";
import { readImage } from "../images.ts";
import { type Context, say } from "../io.ts";
import { addModelOptions, type ModelValues, readModelOptions } from "../options/model-options.ts";
import { showProgress } from "../progress.ts";
import { unlessStopped } from "../stop.ts";

/** `onepixel check-proof IMAGE PROOF` */
export function checkProofCommand(command: Command, context: Context): Command {
  command
    .summary("check a proof by an implementation of its own")
    .description(
      "Checks a proof without the code that made it: that its boxes hold every colour of every pixel, and that in each of them the label stays ahead. The exit code is 1 if the proof does not hold.",
    )
    .argument("<image>", "The image that the proof is about.")
    .argument("<proof>", "The JSON file that onepixel prove --proof has written.")
    .option("--json", "Print the result as JSON.")
    .addHelpText(
      "after",
      `
Example:
  $ onepixel prove digit.png --model mnist-cnn --label 4 --proof proof.json
  $ onepixel check-proof digit.png proof.json --model mnist-cnn`,
    );
  return addModelOptions(command).action(
    async (path: string, file: string, values: ModelValues & { json?: true }) => {
      const { signal } = context;
      const proof = readJson(file, "PROOF");
      const { bytes } = await readImage(path);
      const model = await unlessStopped(openModel(values.model, readModelOptions(values)), signal);
      const progress = showProgress(context, file, "pixels", null);
      const onProgress = ({ pixels }: { pixels: number }) => progress.update(pixels);
      const checking = checkProof(model, bytes, proof, { signal, onProgress });
      const checked = await unlessStopped(checking, signal).finally(() => progress.stop());
      const { holds, reason, pixels, boxes, asked } = checked;
      if (values.json) context.out(`${JSON.stringify(checked)}\n`);
      else {
        const counts = `${pixels} pixels, ${boxes} boxes, ${asked} colours asked of the classifier`;
        say(context, holds ? `the proof holds: ${counts}\n` : `the proof does not hold: ${reason}\n`);
      }
      if (!holds) context.exitCode = 1;
    },
  );
}
