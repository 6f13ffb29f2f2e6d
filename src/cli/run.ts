import { CommanderError } from "commander";
import { OnepixelError } from "../core/errors.ts";
import { type Context, type ExitCode, type Io, kebab, UsageError } from "./io.ts";
import { createProgram, isHelp } from "./program.ts";

/** Codes whose cause is what the user passed. */
const inputCodes = /^(invalid|unsupported)-|^out-of-memory$/;

/** Parts of an input that are no options. */
const noOptions = ["image", "manifest"];

function describe({ message, field }: OnepixelError): string {
  if (field === undefined || noOptions.includes(field)) return message;
  return message.startsWith(`${field} `)
    ? `--${kebab(field)}${message.slice(field.length)}`
    : `--${kebab(field)}: ${message}`;
}

function explain(error: unknown): { code: 2 | 3; message: string } {
  if (error instanceof UsageError) return { code: 2, message: error.message };
  if (error instanceof CommanderError) return { code: 2, message: error.message.replace(/^error: /, "") };
  if (!(error instanceof OnepixelError)) {
    return { code: 3, message: error instanceof Error ? error.message : String(error) };
  }
  return { code: inputCodes.test(error.code) ? 2 : 3, message: describe(error) };
}

/**
 * Runs a command.
 * @param args what stands behind `onepixel`
 * @param version what `--version` prints
 */
export async function run(args: readonly string[], io: Io, version = ""): Promise<ExitCode> {
  const context: Context = { ...io, version, quiet: false, exitCode: 0 };
  try {
    if (args.length === 0) throw new UsageError("no command given; run onepixel --help");
    await createProgram(context).parseAsync([...args], { from: "user" });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && isHelp(error)) return 0;
    const { code, message } = explain(error);
    io.error(`onepixel: ${message.trim().replaceAll("\n", "; ")}\n`);
    return code;
  }
}
