import { CommandError } from "../command-error.ts";
import { userStack } from "../load/index.ts";
import { painter, type Terminal, widthOf, wrap } from "../print/index.ts";

/** Says why a command could not run: as JSON on stdout where `--json` was given, else on stderr. Returns the exit code. */
export function reportFailure(error: unknown, argv: readonly string[], terminal: Terminal): 2 {
  const known = error instanceof CommandError;
  const message = known
    ? error.message
    : `redress failed, by a mistake of its own: ${error instanceof Error ? error.message : error}`;
  const stack = known ? error.userStack : error instanceof Error ? error.stack : userStack(error);
  if (argv.includes("--json")) {
    terminal.stdout.write(`${JSON.stringify({ version: 1, ok: false, error: { message, stack } }, null, 2)}\n`);
    return 2;
  }
  const paint = painter(terminal.stderr, terminal.env);
  terminal.stderr.write(`${wrap(`${paint("red", "redress:")} ${message}`, widthOf(terminal))}\n`);
  if (stack !== undefined) terminal.stderr.write(`\n${stack}\n`);
  if (known && error.helpOf !== undefined)
    terminal.stderr.write(`See: redress ${error.helpOf === "" ? "" : `${error.helpOf} `}--help\n`);
  return 2;
}
