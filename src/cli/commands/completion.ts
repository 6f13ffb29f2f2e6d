import completions, { script } from "@bomb.sh/tab";
import type { Command } from "commander";
import { type Context, UsageError } from "../io.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

/** What the completion library prints where it knows nothing: no completions, and no file names either. */
const NOTHING = ":4\n";
/** No completions, but file names: of images, models, folders. */
const FILES = ":0\n";

/** Tells the completion library the options of one command. */
function describe(command: Command): void {
  const known = completions.command(command.name(), command.summary());
  for (const option of command.createHelp().visibleOptions(command)) {
    const name = option.long?.slice(2);
    if (name === undefined) continue;
    const short = option.short?.slice(1);
    const values = option.argChoices ?? [];
    if (!option.required) known.option(name, option.description, ...(short ? [short] : []));
    else
      known.option(
        name,
        option.description,
        (complete) => {
          for (const value of values) complete(value, "");
        },
        short,
      );
  }
}

/** `onepixel completion SHELL`, and `onepixel complete -- WORDS`, which the script runs. */
export function completionCommand(command: Command, context: Context): Command {
  return command
    .summary("print a script that completes commands and options in a shell")
    .description("Prints a completion script for bash, zsh, fish or PowerShell.")
    .argument("<shell>", SHELLS.join(", "))
    .addHelpText(
      "after",
      `
Examples:
  $ source <(onepixel completion bash)          # for this shell; put it into ~/.bashrc for all
  $ onepixel completion fish > ~/.config/fish/completions/onepixel.fish`,
    )
    .action((shell: string) => {
      if (!SHELLS.includes(shell))
        throw new UsageError(`the shell must be one of ${SHELLS.join(", ")}, not "${shell}"`);
      const text = printed(() => script(shell, "onepixel", "onepixel"));
      // Where the command has nothing to say, bash shall complete file names, as the other shells do.
      context.out(text.replace(/^complete -F /m, "complete -o default -F "));
    });
}

/** `onepixel complete -- WORDS…`: what may follow. The scripts of `completion` run it. */
export function completeCommand(command: Command, context: Context): Command {
  return command.argument("[words...]").action((words: string[]) => {
    for (const each of command.parent!.commands.filter((one) => one !== command)) describe(each);
    const text = printed(() => completions.parse([...words]));
    const isName = text === NOTHING && !words.at(-1)?.startsWith("-");
    context.out(isName ? FILES : text);
  });
}

/** What the completion library prints to the console. */
function printed(print: () => void): string {
  const { log } = console;
  let text = "";
  console.log = (...values: unknown[]) => {
    text += `${values.join(" ")}\n`;
  };
  try {
    print();
  } finally {
    console.log = log;
  }
  return text;
}
