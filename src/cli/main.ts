#!/usr/bin/env node
/*
 * The process around the program, and the only place that ends it. The user's modules run in here, too, and may do what modules do: print,
 * fail in the background, end the process, or keep it alive. None of that may be taken for the result of a command.
 */
import { text } from "node:stream/consumers";
import { CommandError } from "./command-error.ts";
import { reportFailure, run } from "./commands/index.ts";
import { userStack } from "./load/index.ts";
import type { Terminal } from "./print/index.ts";

const argv = process.argv.slice(2);
const { stdout, stderr, env } = process;

// stdout is for the command's result; what a module prints while it loads goes to stderr.
const write = stdout.write.bind(stdout);
stdout.write = stderr.write.bind(stderr);
const terminal: Terminal = {
  // Only a command that reads it opens it.
  stdin: {
    get isTTY() {
      return process.stdin.isTTY;
    },
    text: () => text(process.stdin),
  },
  stdout: { write: (text) => write(text), isTTY: stdout.isTTY },
  stderr,
  env,
  columns: stdout.columns,
};

// `redress ... | head`: the reader closes the pipe when it has read enough.
stdout.on("error", ignoreClosedPipe);
stderr.on("error", ignoreClosedPipe);
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

let ended = false;
/** Ends the process once everything is written, even where a module has left something running. */
function end(code: number): void {
  ended = true;
  process.exitCode = code;
  write("", () => process.exit(code));
}

process.on("uncaughtException", (error) => {
  if (ended) return;
  const message = "Code of a loaded module threw, apart from any call of the command's.";
  end(reportFailure(new CommandError(message, { userStack: userStack(error), cause: error }), argv, terminal));
});

process.on("exit", (code) => {
  if (ended) return;
  const message = `A loaded module ended the process (exit code ${code}) before the command was done.`;
  process.exitCode = reportFailure(new CommandError(message), argv, terminal);
});

void run(argv, terminal).then(end);
