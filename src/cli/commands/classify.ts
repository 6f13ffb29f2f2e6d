import type { Command } from "commander";
import { classify } from "../../node/index.ts";
import { readImage } from "../images.ts";
import { type Context, say } from "../io.ts";
import { type AnyModelValues, addAnyModelOptions, openAnyModel } from "../options/remote-options.ts";
import { unlessStopped } from "../stop.ts";
import { describePrediction } from "../words.ts";

/** `onepixel classify IMAGE…` */
export function classifyCommand(command: Command, context: Context): Command {
  command
    .summary("print the classifier's prediction for an image")
    .description("Prints every label with its probability, highest first.")
    .argument("<image...>", "PNG, JPEG or WebP files. Each is stretched to the model's size.")
    .option(
      "--json",
      "Print the object that POST /v1/classify responds with; for several images, one per line.",
    )
    .addHelpText(
      "after",
      `
Example:
  $ onepixel classify fooled.png --model model.onnx --labels labels.txt --normalise 0-1`,
    );
  return addAnyModelOptions(command).action(
    async (images: string[], values: AnyModelValues & { json?: true }) => {
      const { signal } = context;
      const files = await Promise.all(images.map(readImage));
      const model = await openAnyModel(values, signal);
      for (const { path, bytes } of files) {
        const result = await unlessStopped(classify(model, bytes), signal);
        const title = files.length > 1 ? `${path}:\n` : "";
        if (values.json) context.out(`${JSON.stringify(result)}\n`);
        else say(context, title + describePrediction(result));
      }
    },
  );
}
