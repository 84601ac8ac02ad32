/* What holds of every call in every world. Each law throws with what it found; the scripts' code is bound by none of them. */
import { type AttemptContext, AttemptTimeoutError, DeadlineExceededError, type EventName, StopReason } from "redress";
import type { CallReport, Seen } from "./call-report.ts";
import { checkHedges } from "./hedge-laws.ts";
import { law } from "./law.ts";
import { checkLimits } from "./limit-laws.ts";
import type { World } from "./world.ts";
import { FALLBACK_VALUE, FallbackError } from "./world-policy.ts";

export const EVENT_OF: Readonly<Record<StopReason, EventName>> = {
  ABORTED: "aborted",
  MAX_ATTEMPTS_PER_CLASS: "max_attempts_exceeded",
  NON_RETRYABLE_CLASS: "permanent_fail",
  MAX_UNKNOWN_ATTEMPTS: "max_unknown_attempts_exceeded",
  DEADLINE_EXCEEDED: "deadline_exceeded",
  NO_STRATEGY: "no_strategy_configured",
  MAX_ATTEMPTS_GLOBAL: "max_attempts_exceeded",
  BUDGET_EXHAUSTED: "budget_exhausted",
  SCHEDULED: "scheduled",
  CIRCUIT_OPEN: "circuit_rejected",
  RETRY_REFUSED: "retry_refused",
  ALREADY_RETRIED: "already_retried",
  NO_RETRY: "failed",
  LIMITED: "limited",
};
const LAST_EVENTS: ReadonlySet<EventName> = new Set<EventName>(["success", ...Object.values(EVENT_OF)]);
const ROUNDING_MS = 1e-6;

/** The one event that tells how a call ended; none where code that decides has thrown. */
const lastEvent = (call: CallReport): Seen | undefined => call.events.find(({ event }) => LAST_EVENTS.has(event));

/** These are told of what comes later: a call is turned away after its retry was told. */
const FOLLOWS_NO_ATTEMPT: ReadonlySet<EventName> = new Set<EventName>(["fell_back", "hedge", "limited"]);

/** What an attempt was followed by. A circuit that has opened meanwhile ends the call after its last attempt; events of circuits carry attempt 0. */
const eventAfter = ({ events, invokedAtMs, starts }: CallReport, number: number): Seen | undefined =>
  events.find(({ attempt, event }) => attempt === number && !FOLLOWS_NO_ATTEMPT.has(event)) ??
  events.find(({ event }) => event === "circuit_rejected" && number === invokedAtMs.length && !starts.some(({ hedge }) => hedge));

export function checkWorld(world: World): void {
  for (const call of world.calls) {
    settlesOnce(world, call);
    if (call.script.bound) continue;
    tellsOfItsEnd(world, call);
    tellsOfItselfOnce(world, call);
    staysInsideItsBounds(world, call);
    sleepsAsDecided(world, call);
    endsWhenAborted(world, call);
    signalsItsAttempts(call);
  }
  leavesNothingBehind(world);
  checkLimits(world);
  checkHedges(world);
}

function settlesOnce(world: World, call: CallReport): void {
  const { settlements, ending, invokedAtMs } = call;
  law(settlements === 1 && ending !== null, "a call settles once", settlements);
  const { retry, hedge } = world.script;
  law(invokedAtMs.length <= (retry?.maxAttempts ?? 1 + (hedge?.maxHedges ?? 0)), "attempts <= maxAttempts", invokedAtMs.length);
  if (ending.thrown === null && ending.outcome?.ok !== false) return;
  const reason = ending.failure?.stopReason;
  const isFault = world.fault !== null && ending.thrown?.error === world.fault;
  // Nothing can be remembered of a primitive, nor of a reason that calls share.
  const isAnonymous =
    typeof ending.thrown?.error === "string" ||
    (ending.thrown !== null && ending.thrown.error === call.controller?.signal.reason);
  law(
    isFault || isAnonymous || (reason !== undefined && reason in StopReason),
    "what fails has a stop reason",
    reason,
    ending.thrown?.error,
  );
  law(
    isAnonymous || isFault || ending.failure?.attempts === invokedAtMs.length,
    "attempts are invocations",
    ending.failure?.attempts,
  );
}

function tellsOfItsEnd(world: World, call: CallReport): void {
  const { events, ending, starts, ends, invokedAtMs } = call;
  const told = events.map(({ event, attempt }) => `${event} ${attempt}`);
  const isFault = world.fault !== null && ending?.thrown?.error === world.fault;
  law(ends.length === starts.length, "every attempt starts and ends", starts.length, ends.length);
  // A hook that aborts the call, or keeps the thread until the deadline, bars the attempt that it is told of.
  const barred = starts.length - invokedAtMs.length;
  const { decision } = ends.find(({ attempt }) => attempt === starts.length) ?? {};
  law(
    barred === 0 || (barred === 1 && (decision === "aborted" || decision === "raise")),
    "an attempt that starts is made, unless the call ends there",
    barred,
    decision,
  );
  law(
    starts.every(({ attempt }, i) => attempt === i + 1) &&
      (world.hedge !== null || ends.every(({ attempt }, i) => attempt === i + 1)),
    "attempts count from 1",
  );
  const last = events.filter(({ event }) => LAST_EVENTS.has(event));
  law(last.length === (isFault ? 0 : 1), "a call tells once how it ended", told);
  const retries = events.filter(({ event }) => event === "retry" || event === "hedge").length;
  const surplus = retries - (invokedAtMs.length - 1);
  law(invokedAtMs.length === 0 || surplus === 0 || surplus === 1, "each attempt but the first is a retry or a hedge", told);
  for (const { event, sleepMs, tags, attempt } of events) {
    law(event === "retry" || event === "scheduled" || sleepMs === 0, "only retries have a delay", event, sleepMs);
    law(!event.startsWith("circuit_") || attempt === 0, "breaker events carry attempt 0", event, attempt);
    law(
      Object.values(tags).every((tag) => typeof tag === "string"),
      "tags are strings",
      tags,
    );
  }
  const [end] = last;
  if (end === undefined) return;
  const after = events
    .slice(events.indexOf(end) + 1)
    .filter(({ event }) => event !== "fell_back" && !event.startsWith("circuit_"));
  law(after.length === 0, "nothing follows the end", told);
  const fellBack = events.some(({ event }) => event === "fell_back");
  const succeeded = end.event === "success";
  law(fellBack === (ending?.value === FALLBACK_VALUE), "who falls back says so", told);
  if (ending?.outcome?.ok) {
    law(ending.outcome.fellBack === fellBack && (succeeded || fellBack), "a value is a success or the fallback's", told);
    law(ending.outcome.attempts === invokedAtMs.length, "attempts are invocations", ending.outcome.attempts);
  }
  if (ending?.failure !== undefined)
    law(EVENT_OF[ending.failure.stopReason] === end.event, "the event tells the stop reason", told);
  if (succeeded) law(ending?.value === call.returned[end.attempt - 1]?.value, "the value is the operation's own");
}

/** Each observer is told with objects of its own. */
const tellsTheSame = (one: AttemptContext, other: AttemptContext): boolean =>
  (Object.keys(one) as (keyof AttemptContext)[]).every((name) => Object.is(one[name], other[name]));

function tellsOfItselfOnce(world: World, call: CallReport): void {
  const { callStarts, callEnds, starts, ends, surrounded, events, ending, invokedAtMs } = call;
  law(callStarts.length === 1 && callEnds.length === 1, "a call begins and ends once", callStarts.length, callEnds.length);
  const [told] = callEnds;
  if (told === undefined) return;
  const { end, context } = told;
  law(told.events === events.length, "nothing is told after the end of the call", told.events, events.length);
  const contexts = [...callStarts, ...[...starts, ...ends, ...surrounded].map((attempt) => attempt.call)];
  law(
    contexts.every((other) => other === context),
    "the hooks of a call are given the same object",
  );
  law(surrounded.length === invokedAtMs.length, "every invocation is surrounded", surrounded.length, invokedAtMs.length);
  law(
    surrounded.every((around) => starts.some((start) => tellsTheSame(start, around))),
    "a hook around an attempt is told what its start was told",
  );
  law(
    ends.every(({ attempt, elapsedMs, durationMs }) => {
      const start = starts.find((begun) => begun.attempt === attempt);
      return start !== undefined && start.durationMs === null && durationMs === elapsedMs - start.elapsedMs;
    }),
    "an attempt takes from its start to its end",
    starts,
    ends,
  );
  law(end.attempts === invokedAtMs.length, "attempts are invocations", end.attempts);
  const isFault = world.fault !== null && ending?.thrown?.error === world.fault;
  if (end.ok) law(ending?.thrown === null && end.value === ending.value, "a call ends with the value that it gives", end);
  else if (end.stopReason === null) law(end.fault === ending?.thrown?.error, "a call ends with the fault that it throws", end);
  else law(!isFault && EVENT_OF[end.stopReason] === lastEvent(call)?.event, "a call ends as its last event says", end);
}

function staysInsideItsBounds(world: World, call: CallReport): void {
  const { script } = world;
  const { deadlineMs = Infinity, attemptTimeoutMs = Infinity } = script.retry ?? {};
  const { invokedAtMs, ending } = call;
  const startMs = call.startedAtMs ?? 0;
  const inTime = (atMs: number, dueMs: number): boolean => atMs <= dueMs + ROUNDING_MS || world.wasBusyUntil(atMs);
  const end = lastEvent(call);
  const endMs = end?.atMs ?? call.settledAtMs ?? Infinity;
  law(inTime(endMs, startMs + deadlineMs), "a call ends by its deadline", endMs - startMs);
  for (const { elapsedMs } of call.starts) law(elapsedMs < deadlineMs, "no attempt begins at or after the deadline", elapsedMs);
  const fallbackMs = script.fallback?.afterMs ?? 0;
  const settledMs = call.settledAtMs ?? Infinity;
  law(
    inTime(settledMs, endMs + fallbackMs) || world.wasBusyUntil(settledMs - fallbackMs),
    "a call settles when it has ended",
    call.settledAtMs,
    endMs,
  );
  if (ending?.failure !== undefined) {
    const elapsedMs = invokedAtMs.length === 0 && !call.hasAsked ? 0 : endMs - startMs;
    const meddled = script.meddling?.what === "block" && ending.failure.elapsedMs <= (call.settledAtMs ?? 0) - startMs;
    law(
      ending.failure.elapsedMs === elapsedMs || meddled,
      "elapsedMs is the time to the end",
      ending.failure.elapsedMs,
      elapsedMs,
    );
  }
  invokedAtMs.forEach((atMs, i) => {
    const next = eventAfter(call, i + 1);
    const returnedAtMs = call.returned[i]?.atMs ?? Infinity;
    const dueMs = Math.min(atMs + attemptTimeoutMs, startMs + deadlineMs, returnedAtMs);
    if (next !== undefined) law(inTime(next.atMs, dueMs), "an attempt ends in time", i + 1, next.atMs, dueMs);
  });
}

function sleepsAsDecided(world: World, call: CallReport): void {
  const { sleep, sleeper, deadlineMs } = world.script.retry ?? {};
  // Who decides slowly cannot be held to the moment.
  const busy = world.script.meddling?.what === "block";
  const startMs = call.startedAtMs ?? 0;
  for (const { event, atMs, sleepMs, invoked } of call.events) {
    if (event !== "retry") continue;
    law(
      sleepMs >= 0 && (busy || sleepMs < (deadlineMs ?? 0) - (atMs - startMs) + ROUNDING_MS),
      "a delay fits the time left",
      sleepMs,
      atMs - startMs,
    );
    const nextMs = call.invokedAtMs[invoked];
    if (nextMs === undefined) continue;
    law(nextMs >= atMs + sleepMs - ROUNDING_MS, "no attempt begins before its delay is over", nextMs, atMs, sleepMs);
    const punctual = nextMs <= atMs + sleepMs + ROUNDING_MS || world.wasBusyUntil(nextMs);
    law(
      punctual || busy || sleep !== null || sleeper !== null || world.limits.all.length > 0,
      "an attempt begins when its delay is over",
      nextMs,
      atMs,
      sleepMs,
    );
  }
}

function endsWhenAborted(world: World, call: CallReport): void {
  const { abortedAtMs, ending } = call;
  if (abortedAtMs === null || abortedAtMs === undefined) return;
  const endMs = lastEvent(call)?.atMs ?? call.settledAtMs ?? Infinity;
  law(endMs <= abortedAtMs + ROUNDING_MS || world.wasBusyUntil(endMs), "an aborted call ends at once", endMs, abortedAtMs);
  if (ending?.failure?.stopReason === "ABORTED" && ending.thrown !== null && !(ending.thrown.error instanceof FallbackError)) {
    law(ending.thrown.error === call.controller?.signal.reason, "an aborted call throws the reason", ending.thrown.error);
  }
}

function signalsItsAttempts(call: CallReport): void {
  const { infos, invokedAtMs, returned, ends, controller } = call;
  law(new Set(infos.map(({ signal }) => signal)).size === infos.length, "every attempt has a signal of its own");
  infos.forEach(({ signal }, i) => {
    const next = eventAfter(call, i + 1);
    const end = returned[i];
    const wasLast = i === invokedAtMs.length - 1;
    const abortedBefore = call.abortedAtMs !== null && end !== undefined && call.abortedAtMs <= end.atMs;
    if (next?.event === "success" && !abortedBefore) {
      const byCaller = controller?.signal.aborted === true && signal.reason === controller.signal.reason;
      law(!signal.aborted || byCaller, "after a success only the caller aborts the signal", signal.reason);
    }
    if (next === undefined || next.event === "success") return;
    const ownError =
      end !== undefined && ends.find(({ attempt }) => attempt === i + 1)?.error === end.value && end.value !== signal.reason;
    if (ownError && !abortedBefore && ends.find(({ attempt }) => attempt === i + 1)?.decision === "retry")
      law(!signal.aborted, "an attempt that has ended is not aborted", i + 1);
    if (end !== undefined && end.atMs <= next.atMs) return;
    law(signal.aborted, "an attempt that is cut short is told so", i + 1, next.event);
    const { reason } = signal;
    if (next.event === "aborted" && wasLast && call.abortedAtMs === next.atMs && call.script.abortIfFrom === null) {
      // What timed out in the same instant may have been told that first.
      const timedOut =
        reason instanceof AttemptTimeoutError && (invokedAtMs[i] ?? 0) + reason.timeoutMs <= next.atMs + ROUNDING_MS;
      law(reason === controller?.signal.reason || timedOut, "an aborted attempt is told the caller's reason", i + 1, reason);
    } else if (next.event === "retry") {
      law(reason instanceof AttemptTimeoutError, "an attempt that took too long is told so", reason);
    } else if (next.event === "deadline_exceeded") {
      law(reason instanceof DeadlineExceededError || reason instanceof AttemptTimeoutError, "the deadline is told", reason);
    }
  });
}

function leavesNothingBehind(world: World): void {
  law(world.leftovers.length === 0, "what has ended leaves nothing behind", world.leftovers);
  law(world.clock.pending === 0, "no alarm is left");
  const stats = world.breaker?.stats;
  if (stats !== undefined) {
    const { totalCalls, successfulCalls, failedCalls, rejectedCalls, cancelledCalls } = stats;
    law(
      totalCalls === successfulCalls + failedCalls + rejectedCalls + cancelledCalls,
      "the breaker hears one thing per call",
      stats,
    );
  }
  if (world.budget !== null && world.script.meddling === null && world.calls.every(({ script }) => !script.bound)) {
    const made = world.calls.flatMap(({ events }) => events).filter(({ event }) => event === "retry" || event === "hedge").length;
    law(
      world.budget.remaining() === (world.script.retry?.budget ?? 0) - made,
      "every retry and every hedge costs the budget one",
      world.budget.remaining(),
    );
  }
}
