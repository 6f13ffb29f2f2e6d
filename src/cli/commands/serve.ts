import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Command } from "commander";
import type { Classifier } from "../../core/model/classifier.ts";
import { openModel } from "../../node/open-model.ts";
import { type Context, say, UsageError } from "../io.ts";
import { addModelOptions, type ModelValues, readModelOptions } from "../options/model-options.ts";
import { wholeNumber } from "../options/numbers.ts";

interface Values extends ModelValues {
  readonly port: string;
  readonly host: string;
}

/** `onepixel serve` */
export function serveCommand(command: Command, context: Context): Command {
  command
    .summary("start the HTTP service and its page on your own model")
    .description(
      "Serves the page at / and the API under /v1, as the Worker does, over one model. Audits need Cloudflare's storage and queues, so their routes respond with 501; use onepixel audit instead. There is no rate limit.",
    )
    .option("-p, --port <n>", "The port; 0 selects a free one.", "8787")
    .option(
      "--host <address>",
      "The address to listen on. Any other than 127.0.0.1 allows connections from other machines.",
      "127.0.0.1",
    )
    .addHelpText(
      "after",
      `
Example:
  $ onepixel serve --model model.onnx --labels labels.txt --normalise imagenet`,
    );
  return addModelOptions(command).action((values: Values) => run(values, context));
}

async function run(values: Values, context: Context): Promise<void> {
  const port = wholeNumber("port", values.port, 0, 65_535)!;
  const model = (await openModel(values.model, readModelOptions(values))) as Classifier;
  // Only this command needs the server, and reading it takes time.
  const [{ createAdaptorServer }, { localApp }] = await Promise.all([
    import("@hono/node-server"),
    import("../serve/app.ts"),
  ]);
  const server = createAdaptorServer({ fetch: localApp(model, context.version).fetch });
  server.listen(port, values.host);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new UsageError(`--port ${port} on ${values.host}: ${(cause as Error).message}`, { cause });
  }
  const { port: actual } = server.address() as AddressInfo;
  const host = values.host.includes(":") ? `[${values.host}]` : values.host;
  say(context, `onepixel is serving ${model.manifest.id} on http://${host}:${actual}\n`);
  const { signal } = context;
  if (!signal?.aborted)
    await new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
  if ("closeAllConnections" in server) server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
