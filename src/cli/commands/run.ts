import { CouldNotRun } from "../command-error.ts";
import { doctor } from "./doctor-command.ts";
import { simulateCommand } from "./simulate-command.ts";
import { painter, type Terminal, widthOf, wrap } from "../print/index.ts";
import { theirStack } from "../load/index.ts";
import { COMMANDS, type Command, isCommand, usage, version } from "./usage.ts";

const commands: Readonly<Record<Command, (argv: readonly string[], terminal: Terminal) => Promise<number>>> = {
  doctor,
  simulate: simulateCommand,
};

/** The whole program, but for the process around it. Answers the exit code; never rejects. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await start(argv, terminal);
  } catch (error) {
    return reportFailure(error, argv, terminal);
  }
}

async function start(argv: readonly string[], terminal: Terminal): Promise<number> {
  const print = (text: string): number => {
    terminal.stdout.write(`${text}\n`);
    return 0;
  };
  const [command = "", ...rest] = argv;
  const [topic = ""] = rest;
  const width = widthOf(terminal);
  const help = (text: string): boolean => text === "--help" || text === "-h";
  if (command === "") throw new CouldNotRun("A command is missing: doctor, or simulate.", { helpOf: "" });
  if (command === "--version" || command === "-v") return print(version());
  if (help(command) || command === "help") return print(isCommand(topic) ? COMMANDS[topic](width) : usage(width));
  if (!isCommand(command))
    throw new CouldNotRun(`There is no command ${command}. There are doctor and simulate.`, { helpOf: "" });
  if (rest.some(help)) return print(COMMANDS[command](width));
  return commands[command](rest, terminal);
}

/** Says why the command could not run: as JSON on stdout where that was asked for, else on stderr. Answers the exit code. */
export function reportFailure(error: unknown, argv: readonly string[], terminal: Terminal): 2 {
  const known = error instanceof CouldNotRun;
  const message = known
    ? error.message
    : `redress failed, by a mistake of its own: ${error instanceof Error ? error.message : error}`;
  const stack = known ? error.theirStack : error instanceof Error ? error.stack : theirStack(error);
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
