/* The log of invocations, which all workers append to and the test reads. */
import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { JOBS } from "./scripts.ts";

/** The environment variable by which a worker knows the file of the log. */
export const LOG = "QUEUE_LOG";

export interface LogLine {
  readonly what: "began" | "ended";
  readonly index: number;
  readonly attempt: number;
  readonly pid: number;
  /** Of the wall clock, which all processes share. */
  readonly atMs: number;
  /** Of an end: whether the operation had a value. */
  readonly ok?: boolean;
}

/** Writes at once and synchronously: a SIGKILL loses nothing. */
export function write(what: LogLine["what"], index: number, attempt: number, ok?: boolean): void {
  const line: LogLine = { what, index, attempt, pid: process.pid, atMs: Date.now(), ...(ok !== undefined && { ok }) };
  appendFileSync(process.env[LOG] as string, `${JSON.stringify(line)}\n`);
}

/** The last line is left out until all of it is there: workers write while the test reads. */
export const readLog = (file: string): LogLine[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogLine);

/** Waits until so many invocations have begun: the middle of the run, whatever the machine's speed. */
export async function untilInvoked(file: string, count: number, withinMs = 60_000): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(50))
    if (readLog(file).filter(({ what }) => what === "began").length >= count) return;
  throw new Error(`Not ${count} invocations within ${withinMs} ms.`);
}

/**
 * Hands on the jobs a hundred at a time, to workers that are ready: where all wait at once, retries stand in line behind them, and come so late that no delay is seen.
 *
 * @param add is given the numbers of jobs to add, and asked again after a pause where it fails: the server may be away
 */
export async function addInWaves(add: (indexes: readonly number[]) => Promise<unknown>, everyMs = 700): Promise<void> {
  for (let from = 0; from < JOBS; await sleep(everyMs)) {
    const indexes = Array.from({ length: 100 }, (_, index) => from + index);
    from += await add(indexes).then(
      () => indexes.length,
      () => 0,
    );
  }
}
