/* A periodic task, started by cron every minute or by a timer, that keeps its progress between the runs: docs/queues/recipes.md. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { type AttemptInfo, deferFrom, type Policy, type Progress } from "redress";

/** What is kept between the runs. */
export interface Kept {
  /** Which round it is of, such as the day: each is done once. */
  readonly round: string;
  /** How often the round was begun, killed runs included. */
  readonly deliveries: number;
  readonly progress: Progress | null;
  /** Before then, there is nothing to do. */
  readonly dueAtMs: number;
  readonly ended: "done" | "failed" | null;
  readonly reason?: string;
}

/** Where it is kept: a file, or a row. */
export interface Place {
  read(): Promise<Kept | null>;
  write(kept: Kept): Promise<void>;
}

/** A file. What is written is whole, or not there. */
export const inFile = (path: string): Place => ({
  async read() {
    try {
      return JSON.parse(await readFile(path, "utf8"));
    } catch (error) {
      if ((error as { code?: string }).code === "ENOENT") return null;
      throw error;
    }
  },
  async write(kept) {
    await writeFile(`${path}.new`, JSON.stringify(kept));
    await rename(`${path}.new`, path);
  },
});

/** Runs the task, where it is due. What is over is not begun again before the next round. */
export async function runWhenDue<T>(
  policy: Policy,
  { place, round, nowMs = Date.now() }: { place: Place; round: string; nowMs?: number },
  task: (attempt: AttemptInfo) => T | PromiseLike<T>,
): Promise<"done" | "failed" | "later"> {
  const before = await place.read();
  const kept = before?.round === round ? before : { round, deliveries: 0, progress: null, dueAtMs: 0, ended: null };
  if (kept.ended !== null) return kept.ended;
  if (nowMs < kept.dueAtMs) return "later";
  // Before anything is done: a run that is killed has counted.
  const deliveries = kept.deliveries + 1;
  await place.write({ ...kept, deliveries });
  // Short delays are slept through, long ones left to a later run. A file that somebody has edited is no reason to fail every day.
  const resume = { progress: kept.progress, deliveries, otherwise: "restart" } as const;
  const outcome = await policy.execute(task, { resume, sleep: deferFrom(30_000) });
  if (!outcome.ok && outcome.progress !== null && outcome.stopReason !== "ABORTED") {
    const { progress, nextDelayMs } = outcome;
    await place.write({ round, deliveries, progress, dueAtMs: nowMs + (nextDelayMs ?? 60_000), ended: null });
    return "later";
  }
  const ended = outcome.ok ? "done" : "failed";
  const reason = outcome.ok ? undefined : `${outcome.stopReason}: ${String(outcome.lastError)}`;
  await place.write({ round, deliveries, progress: null, dueAtMs: 0, ended, ...(reason !== undefined && { reason }) });
  return ended;
}
