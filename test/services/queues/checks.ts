/* What the queue says of the jobs, compared with the log. */
import type { LogLine } from "./log.ts";
import { CIRCUIT_MS, DELAYS_MS, JOBS, type Kind, MAX_ATTEMPTS, scriptOf } from "./scripts.ts";

/** How a job has ended, as its queue says. */
export interface JobEnd {
  readonly index: number;
  readonly kind: "done" | "failed";
  /** Why it has failed. */
  readonly reason?: string | undefined;
}

export interface Run {
  readonly log: readonly LogLine[];
  /** All ends that the queue knows of, in any order. */
  readonly ends: readonly JobEnd[];
  readonly killed: ReadonlySet<number>;
  /** From when to when the server was away, with what a worker needs to be back. */
  readonly away: readonly (readonly [fromMs: number, toMs: number])[];
  /** By how much two clocks may differ, as where a server counts in seconds. @default 2 */
  readonly toleranceMs?: number;
  /** Where the integration cannot be given a progress of somebody else's making: those jobs are like the ones that succeed at once. */
  readonly withoutTampering?: boolean;
}

interface Invocation {
  readonly attempt: number;
  readonly beganMs: number;
  /** `null` where it has not ended, or the queue cannot have heard of it. */
  readonly heardMs: number | null;
  readonly ok: boolean;
}

/** A delivery that has ended so long before its worker was killed is safely reported; the others may be lost. */
const UNSURE_MS = 1_000;

function invocationsOf(index: number, { log, killed, away }: Run): Invocation[] {
  const lastOf = new Map<number, number>();
  for (const { pid, atMs } of log) lastOf.set(pid, Math.max(atMs, lastOf.get(pid) ?? 0));
  const lines = log.filter((line) => line.index === index);
  return lines
    .filter(({ what }) => what === "began")
    .map(({ attempt, pid, atMs: beganMs }) => {
      const end = lines.find((line) => line.what === "ended" && line.attempt === attempt && line.pid === pid);
      if (end === undefined) return { attempt, beganMs, heardMs: null, ok: false };
      const { atMs, ok = false } = end;
      const isKilled = killed.has(pid) && (lastOf.get(pid) ?? 0) - atMs < UNSURE_MS;
      const isAway = away.some(([fromMs, toMs]) => atMs > fromMs - UNSURE_MS && beganMs < toMs + UNSURE_MS);
      return { attempt, beganMs, heardMs: isKilled || isAway ? null : atMs, ok };
    });
}

const REASONS: Partial<Record<Kind, RegExp>> = {
  permanent: /^NON_RETRYABLE_CLASS: no such order/,
  "until its cap": /^MAX_ATTEMPTS_GLOBAL: connection refused/,
  "tampered progress": /^The call cannot be resumed: progress\.attempts must be/,
};

/** Why a job has failed whose last attempt was not this delivery's: with an error of redress, where the job has none. */
const usedUp = /^MAX_ATTEMPTS_GLOBAL: after \d+ attempts? in \d+ ms, all in earlier deliveries$/;
/** So many deliveries may be lost, with what two workers have in hand. */
const MOST_LOST = 200;

/** What is wrong with a run: sentences, none where all is well. */
export function complaintsOf(run: Run): string[] {
  const complaints: string[] = [];
  const counts = new Map<number, number>();
  for (const { index } of run.ends) counts.set(index, (counts.get(index) ?? 0) + 1);
  for (let index = 0; index < JOBS; index++) {
    const complain = (what: string): void => void complaints.push(`Job ${index} (${scriptOf(index).kind}) ${what}.`);
    const end = run.ends.find((one) => one.index === index);
    if (end === undefined) complain("is lost");
    else if (counts.get(index) !== 1) complain(`has ended ${counts.get(index)} times`);
    else checkEnd(end, run, complain);
    checkInvocations(index, run, complain);
  }
  const lost = run.ends.filter(({ reason = "" }) => usedUp.test(reason)).length;
  if (lost > MOST_LOST) complaints.push(`${lost} jobs have failed by lost deliveries.`);
  return complaints;
}

function checkEnd({ index, kind, reason = "" }: JobEnd, run: Run, complain: (what: string) => void): void {
  const script = scriptOf(index);
  const invocations = invocationsOf(index, run);
  const expected = script.kind === "tampered progress" && run.withoutTampering ? undefined : REASONS[script.kind];
  if (script.kind === "tampered progress" && expected !== undefined && invocations.length > 0) complain("was invoked");
  // Deliveries that were lost have used up attempts: the job may have failed by that without another one, and even after it has succeeded.
  if (kind === "failed" && usedUp.test(reason)) return;
  const last = invocations.at(-1);
  const isLost = invocations.some(({ heardMs }) => heardMs === null) || (last?.attempt ?? MAX_ATTEMPTS) !== invocations.length;
  if (isLost && kind === "failed" && reason.includes("MAX_ATTEMPTS_GLOBAL")) return;
  if (expected === undefined) {
    if (kind !== "done") complain(`has failed: ${reason}`);
    else if (!invocations.some(({ ok }) => ok)) complain("is done, and never was");
  } else if (kind !== "failed") complain("is done, and had to fail");
  else if (!expected.test(reason)) complain(`has failed by another reason: ${reason}`);
  if (script.kind === "until its cap" && !isLost && invocations.length !== MAX_ATTEMPTS)
    complain(`has made ${invocations.length} attempts`);
}

function checkInvocations(index: number, run: Run, complain: (what: string) => void): void {
  const { toleranceMs = 2 } = run;
  const invocations = invocationsOf(index, run);
  if (invocations.length > MAX_ATTEMPTS) complain(`was invoked ${invocations.length} times`);
  invocations.forEach(({ attempt, beganMs }, position) => {
    const before = invocations[position - 1];
    if (attempt > MAX_ATTEMPTS) complain(`has made attempt ${attempt}`);
    if (before === undefined) return;
    if (attempt <= before.attempt) complain(`has made attempt ${attempt} after attempt ${before.attempt}`);
    if (before.heardMs === null) return;
    if (before.ok) complain(`was invoked again after it had succeeded`);
    const delayMs = scriptOf(index).kind === "open circuit" ? CIRCUIT_MS : (DELAYS_MS[before.attempt - 1] ?? 0);
    const waitedMs = beganMs - before.heardMs;
    if (waitedMs < delayMs - toleranceMs) complain(`came back after ${waitedMs} ms instead of ${delayMs}`);
  });
}
