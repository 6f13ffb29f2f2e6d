import { Command, type CommanderError } from "commander";
import { attackCommand } from "./commands/attack.ts";
import { auditCommand } from "./commands/audit.ts";
import { badgeCommand } from "./commands/badge.ts";
import { checkProofCommand } from "./commands/check-proof.ts";
import { classifyCommand } from "./commands/classify.ts";
import { completeCommand, completionCommand } from "./commands/completion.ts";
import { initCommand } from "./commands/init.ts";
import { mapCommand } from "./commands/map.ts";
import { proveCommand } from "./commands/prove.ts";
import { reportCommand } from "./commands/report.ts";
import { serveCommand } from "./commands/serve.ts";
import { targetsCommand } from "./commands/targets.ts";
import { verifyCommand } from "./commands/verify.ts";
import type { Context } from "./io.ts";

const commands: Readonly<Record<string, (command: Command, context: Context) => Command>> = {
  attack: attackCommand,
  map: mapCommand,
  targets: targetsCommand,
  prove: proveCommand,
  "check-proof": checkProofCommand,
  verify: verifyCommand,
  classify: classifyCommand,
  audit: auditCommand,
  init: initCommand,
  report: reportCommand,
  badge: badgeCommand,
  serve: serveCommand,
};

/** What a parser threw after it had written help; it ends the command without an error. */
export const isHelp = ({ code }: CommanderError) =>
  code === "commander.helpDisplayed" || code === "commander.version";

/** The command line of `onepixel`, which writes to the context and throws instead of ending the process. */
export function createProgram(context: Context): Command {
  const program = new Command("onepixel");
  program
    .description("Can an image classifier be fooled by changing one pixel?")
    .version(context.version, "-V, --version", "Print the version.")
    .helpOption("-h, --help", "Print this help.")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .configureOutput({ writeOut: context.out, writeErr: () => {} })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      "after",
      `
Exit codes: 0 the command ran; 1 a threshold is exceeded or a claim is wrong; 2 an option or input is not valid; 3 the command failed, or was stopped by Ctrl-C.`,
    );
  for (const [name, describe] of Object.entries(commands)) {
    describe(program.command(name), context).option(
      "-q, --quiet",
      "Print nothing but errors and what other options ask for, such as --json.",
    );
  }
  program.hook("preAction", (_, command) => {
    context.quiet = command.opts<{ quiet?: true }>().quiet ?? false;
  });
  completionCommand(program.command("completion"), context);
  completeCommand(program.command("complete", { hidden: true }), context);
  return program;
}
