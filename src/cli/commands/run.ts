import { closestWord } from "../../doctor/subjects/index.ts";
import { CommandError } from "../command-error.ts";
import { type Terminal, widthOf } from "../print/index.ts";
import { classifyCommand } from "./classify-command.ts";
import { doctorCommand } from "./doctor-command.ts";
import { reportFailure } from "./report-failure.ts";
import { simulateCommand } from "./simulate-command.ts";
import { COMMANDS, type CommandName, isCommand, usage, version } from "./usage.ts";

const commands: Readonly<Record<CommandName, (argv: readonly string[], terminal: Terminal) => Promise<number>>> = {
  classify: classifyCommand,
  doctor: doctorCommand,
  simulate: simulateCommand,
};

/** The whole program, but for the process around it. Returns the exit code; never rejects. */
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
  const isHelp = (text: string): boolean => text === "--help" || text === "-h";
  if (command === "") throw new CommandError("A command is missing: classify, doctor, or simulate.", { helpOf: "" });
  if (command === "--version" || command === "-v") return print(version());
  if (isHelp(command) || command === "help") return print(isCommand(topic) ? COMMANDS[topic](width) : usage(width));
  if (!isCommand(command))
    throw new CommandError(
      `There is no command ${command}.${suggestion(command)} There are ${Object.keys(COMMANDS).join(", ")}.`,
      { helpOf: "" },
    );
  if (rest.some(isHelp)) return print(COMMANDS[command](width));
  return commands[command](rest, terminal);
}

/** A sentence with the command that was probably meant; empty where no name is near. */
function suggestion(name: string): string {
  const near = closestWord(name, Object.keys(COMMANDS));
  return near === null ? "" : ` Did you mean ${near}?`;
}
