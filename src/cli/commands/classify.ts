import type { Command } from "commander";
import { classify } from "../../node/index.ts";
import { readInput } from "../files.ts";
import type { Context } from "../io.ts";
import { type AnyModelValues, addAnyModelOptions, openAnyModel } from "../options/remote-options.ts";
import { describePrediction } from "../words.ts";

/** `onepixel classify IMAGE…` */
export function classifyCommand(command: Command, context: Context): Command {
  command
    .summary("what the classifier says to an image")
    .description("Prints every label with its probability, highest first.")
    .argument("<image...>", "PNG, JPEG or WebP files. Each is stretched to the model's size.")
    .option("--json", "Print the object that POST /v1/classify answers with; for several images, one a line.")
    .addHelpText(
      "after",
      `
Example:
  $ onepixel classify fooled.png --model model.onnx --labels labels.txt --normalise 0-1`,
    );
  return addAnyModelOptions(command).action(
    async (images: string[], values: AnyModelValues & { json?: true }) => {
      const files = images.map((path) => ({ path, bytes: readInput(path, "IMAGE") }));
      const model = await openAnyModel(values);
      for (const { path, bytes } of files) {
        if (context.signal?.aborted) break;
        const result = await classify(model, bytes);
        const title = files.length > 1 ? `${path}:\n` : "";
        context.out(values.json ? `${JSON.stringify(result)}\n` : title + describePrediction(result));
      }
      if (context.signal?.aborted) context.exitCode = 3;
    },
  );
}
