/* What holds of every call in every world, looked at when nothing goes on any more. What must hold meanwhile is looked at by the world itself. Long: a list, one entry for each. */
import { type CallEnd, type EventName, type Failure, StopReason } from "redress";
import { keepsItsRate } from "../properties/limit-laws.ts";
import { EVENT_OF } from "../properties/world-laws.ts";
import type { CallLog } from "./call-log.ts";
import { FALLBACK_VALUE, FallbackFailed } from "./make-parts.ts";
import type { ModelWorld } from "./model-world.ts";
import { DeciderFailed } from "./user-code.ts";
import { ofUserCode } from "./user-code-invariants.ts";

type Breaks = (...found: unknown[]) => void;

interface CallInvariant {
  readonly name: string;
  /** What a person reads of it. */
  readonly sentence: string;
  readonly check: (call: CallLog, breaks: Breaks, world: ModelWorld) => void;
}

interface WorldInvariant {
  readonly name: string;
  readonly sentence: string;
  readonly check: (world: ModelWorld, breaks: Breaks) => void;
}

/** What the world looks at while it goes on, by the names that it uses. */
const LOOKED_AT: Readonly<Record<string, string>> = {
  aborts: "A call whose signal has aborted is over as soon as promises have settled.",
  "after the end": "No hook is told anything of a call, and no attempt of it is made, after its end.",
  "attempt timeout": "No attempt goes on when the alarm of its timeout has rung.",
  "between start and end": "An operation is invoked between the start and the end of its attempt.",
  breaker: "A breaker answers, and counts, as the naive model does.",
  "breaker permits": "Every permit of a breaker is reported exactly once.",
  budget: "A budget answers as one does that recounts everything that was ever taken: it is never overdrawn.",
  deadline: "No call goes on when the alarm of its deadline has rung.",
  delays: "No attempt begins before its delay is over.",
  ends: "Every schedule comes to an end.",
  epochs: "A permit of an earlier state of the circuit changes nothing.",
  idle: "Who waits for idle() hears it as soon as no call of the policy is in flight.",
  "in flight": "The inFlight of a policy is the number of calls that were made and have not settled.",
  limiters: "A permit of a limiter goes back once, a ticket hears one thing, and nobody overtakes those who wait.",
  line: "Nobody waits for a place that is free, and nobody at all when no call is in flight.",
  listeners: "No signal is listened to when no call is in flight.",
  "no attempt after the deadline": "No attempt begins at or after the deadline.",
  numbers: "Attempts are numbered from 1, without gaps, over all deliveries of a call.",
  "permits back": "No permit of a limiter is out when no call is in flight.",
  places: "No more permits of a limiter are out than it has places, and no more wait than its line has.",
  probes: "No more probes of a half-open circuit are under way than halfOpenMaxCalls.",
  timers: "No alarm is set when no call is in flight.",
  told: "The end of a call is told once, before it settles.",
  unhandled: "No rejection is unhandled.",
};

const LAST_EVENTS: ReadonlySet<EventName> = new Set<EventName>(["success", ...Object.values(EVENT_OF)]);

/** How it ended without a value, as far as its caller can know. */
function failureOf({ settled }: CallLog, { lib, controllers }: ModelWorld): Failure | null {
  if (settled?.kind === "outcome") return settled.outcome.ok ? null : settled.outcome;
  if (settled?.kind !== "thrown") return null;
  // A reason that several calls throw tells of the last one.
  if ([...controllers.values()].some(({ signal }) => signal.reason === settled.error)) return null;
  return lib.outcomeOf(settled.error) ?? null;
}

const isFallbackFault = ({ settled }: CallLog): boolean => settled?.kind === "thrown" && settled.error instanceof FallbackFailed;

/** Code that decides has thrown: that is no outcome. */
const isFault = ({ settled }: CallLog): boolean => settled?.kind === "thrown" && settled.error instanceof DeciderFailed;

const ofCalls: readonly CallInvariant[] = [
  {
    name: "settles once",
    sentence: "Every call settles exactly once.",
    check: ({ settlements }, breaks) => {
      if (settlements !== 1) breaks(`${settlements} times`);
    },
  },
  {
    name: "stop reason",
    sentence: "A call that ends without a value has a stop reason, and its last event is that of the reason.",
    check: (call, breaks, world) => {
      const failure = failureOf(call, world);
      if (failure !== null && !(failure.stopReason in StopReason)) breaks(failure.stopReason);
      if (!call.plan.observed) return;
      const last = call.told.filter(({ event }) => LAST_EVENTS.has(event));
      if (isFault(call)) {
        if (last.length > 0) breaks("code that decides has thrown", `it tells ${last[0]?.event}`);
        return;
      }
      if (last.length !== 1) breaks("events that tell an end", ...last.map(({ event }) => event));
      const expected = failure === null ? null : EVENT_OF[failure.stopReason];
      if (expected !== null && last[0]?.event !== expected)
        breaks(`it tells ${last[0]?.event}`, `it has stopped with ${failure?.stopReason}`);
      const behind = call.told.slice(call.told.indexOf(last[0] as never) + 1);
      const stray = behind.find(({ event }) => event !== "fell_back" && !event.startsWith("circuit_"));
      if (stray !== undefined) breaks(`${stray.event} is told after ${last[0]?.event}`);
    },
  },
  {
    name: "end as told",
    sentence:
      "The start and the end of a call are told once each, with one context, and the end that is told is the one that the caller gets.",
    check: (call, breaks, world) => {
      const { plan, callStarts, end, settled } = call;
      if (!plan.observed) return;
      if (callStarts.length !== 1 || end === null) breaks(`${callStarts.length} starts`, end === null ? "no end" : "an end");
      else if (callStarts[0] !== end.context) breaks("another context");
      else if (!isSame(end.end, call, world)) breaks(end.end, settled);
    },
  },
  {
    name: "attempts are invocations",
    sentence: "The attempts of an outcome are the invocations of the operation, those of earlier deliveries included.",
    check: (call, breaks, world) => {
      const made = call.invocations.length + (call.progress?.attempts ?? 0);
      const { settled, end } = call;
      const said = settled?.kind === "outcome" ? settled.outcome.attempts : failureOf(call, world)?.attempts;
      if (said !== undefined && said !== made) breaks(`it says ${said}`, `${made} were made`);
      if (end !== null && end.end.attempts !== made) breaks(`onCallEnd says ${end.end.attempts}`, `${made} were made`);
    },
  },
  {
    name: "elapsed",
    sentence: "The elapsedMs of an outcome is the time from the start of the call to its end, with what earlier deliveries took.",
    check: (call, breaks, world) => {
      const { startedAtMs, end, settled, progress } = call;
      const before = progress?.elapsedMs ?? 0;
      const failure = failureOf(call, world);
      const said = settled?.kind === "outcome" ? settled.outcome.elapsedMs : failure?.elapsedMs;
      if (said === undefined) return;
      const atMs = end === null ? (settled?.atMs ?? 0) : call.fellBack || isFallbackFault(call) ? null : end.atMs;
      const expected = atMs === null ? null : atMs - (startedAtMs ?? 0) + before;
      // What is not observed may settle some time after its end, where several things happen in one turn.
      const fits = expected === null || said === expected || (end === null && said >= before && said <= expected);
      if (!fits) breaks(`it says ${said}`, `it took ${expected}`);
    },
  },
  {
    name: "caps",
    sentence: "No more attempts are made than maxAttempts, over all deliveries; without a retry, one and its hedges.",
    check: ({ plan, invocations, progress }, breaks, { plan: { policies } }) => {
      const { retry = null, hedge = null } = policies[plan.policy] ?? {};
      const most = retry?.maxAttempts ?? 1 + (hedge?.maxHedges ?? 0);
      const made = invocations.length + (progress?.attempts ?? 0);
      if (made > most) breaks(`${made} attempts`, `${most} are allowed`);
    },
  },
  {
    name: "caps per class",
    sentence:
      "No more retries follow failures of a class than maxRetriesPerClass and maxUnknownRetries allow, over all deliveries.",
    check: ({ plan, ends, told, progress }, breaks, { plan: { policies } }) => {
      const { retry = null, hedge = null } = policies[plan.policy] ?? {};
      if (!plan.observed || retry === null) return;
      const caps = {
        ...retry.maxRetriesPerClass,
        UNKNOWN: Math.min(retry.maxUnknownRetries, retry.maxRetriesPerClass.UNKNOWN ?? Infinity),
      };
      for (const [errorClass, cap] of Object.entries(caps)) {
        const before = progress?.failures[errorClass as "UNKNOWN"] ?? 0;
        // A hedge that follows a failure is none, though the attempt ends as if it were.
        const followed =
          hedge === null
            ? ends.filter(
                ({ decision, classification }) =>
                  classification?.errorClass === errorClass && (decision === "retry" || decision === "scheduled"),
              ).length
            : told.filter(({ event, tags }) => event === "retry" && tags.class === errorClass).length;
        if (before + followed > cap && followed > 0)
          breaks(`${before + followed} retries after ${errorClass}`, `${cap} are allowed`);
      }
    },
  },
  {
    name: "every start ends",
    sentence: "Every attempt that is started is ended, once; what is started and not made ends the call.",
    check: ({ plan, starts, ends, invocations, progress }, breaks) => {
      if (!plan.observed) return;
      const first = (progress?.attempts ?? 0) + 1;
      starts.forEach(({ attempt }, index) => {
        if (attempt !== first + index) breaks(`start ${index + 1} is of attempt ${attempt}`);
        const count = ends.filter((end) => end.attempt === attempt).length;
        if (count !== 1) breaks(`attempt ${attempt} ends ${count} times`);
      });
      const barred = starts.length - invocations.length;
      const { decision } = ends.find(({ attempt }) => attempt === first + starts.length - 1) ?? {};
      if (barred > 1 || barred < 0 || (barred === 1 && decision !== "aborted" && decision !== "raise"))
        breaks(`${starts.length} starts`, `${invocations.length} invocations`, decision);
    },
  },
  {
    name: "durations",
    sentence: "An attempt takes from its start to its end.",
    check: ({ plan, starts, startsAtMs, ends, endsAtMs }, breaks) => {
      if (!plan.observed) return;
      ends.forEach(({ attempt, durationMs }, index) => {
        const at = starts.findIndex((start) => start.attempt === attempt);
        const tookMs = (endsAtMs[index] ?? 0) - (startsAtMs[at] ?? 0);
        if (durationMs !== tookMs) breaks(`attempt ${attempt} says ${durationMs} ms`, `it took ${tookMs}`);
      });
    },
  },
  {
    name: "decisions",
    sentence:
      "An attempt ends as it is told: one success at most, and that of the value; a retry where another attempt was to follow.",
    check: (call, breaks) => {
      const { plan, ends, told, settled, invocations } = call;
      if (!plan.observed) return;
      const won = ends.filter(({ decision }) => decision === "success");
      const successes = told.filter(({ event }) => event === "success");
      if (won.length !== successes.length || won.length > 1)
        breaks(`${won.length} attempts win`, `${successes.length} successes`);
      const value =
        settled?.kind === "value"
          ? settled.value
          : settled?.kind === "outcome" && settled.outcome.ok
            ? settled.outcome.value
            : null;
      if (won[0] === undefined) return;
      const winner = invocations.find(({ attempt }) => attempt === won[0]?.attempt);
      if (winner?.ended?.value !== value) breaks(`attempt ${won[0].attempt} has won`, "the caller gets another value");
    },
  },
  {
    name: "fallback",
    sentence: "Who gets the value of the fallback was told so, and nobody else.",
    check: ({ plan, told, settled, fellBack }, breaks) => {
      const value =
        settled?.kind === "value"
          ? settled.value
          : settled?.kind === "outcome" && settled.outcome.ok
            ? settled.outcome.value
            : null;
      const isFallbacks = value === FALLBACK_VALUE;
      if (plan.observed && told.some(({ event }) => event === "fell_back") !== isFallbacks) breaks("it says otherwise");
      if (isFallbacks && !fellBack) breaks("the fallback was not asked");
    },
  },
  {
    name: "timeline",
    sentence: "The timeline says what the hooks were told.",
    check: ({ plan, settled, told, logged }, breaks) => {
      if (!plan.observed) return;
      if (logged !== told.length) breaks(`onLog was told ${logged} events`, `onMetric ${told.length}`);
      if (settled?.kind !== "outcome" || !plan.timeline) return;
      const one = settled.outcome.timeline?.events.map(({ event, attempt, sleepMs }) => `${event} ${attempt} ${sleepMs}`).join();
      const other = told.map(({ event, attempt, sleepMs }) => `${event} ${attempt} ${sleepMs}`).join();
      if (one !== other) breaks(one, other);
    },
  },
  {
    name: "values",
    sentence: "Every value that an operation gives is given to exactly one: the caller, or discard.",
    check: (call, breaks, world) => {
      const { settled, invocations } = call;
      const failure = failureOf(call, world);
      const value =
        settled?.kind === "value"
          ? settled.value
          : settled?.kind === "outcome" && settled.outcome.ok
            ? settled.outcome.value
            : undefined;
      // What a failure ended with, and the caller has not got: a fallback was given it, or a reason that several calls share hides it.
      let hidden = isFault(call) ? 0 : settled?.kind === "thrown" && failure === null ? 1 : call.fellBack ? 1 : 0;
      for (const { attempt, ended } of invocations) {
        if (ended === null || ended.threw) continue;
        const discarded = world.discarded.get(ended.value) ?? 0;
        const isGiven = ended.value === value || (failure !== null && failure.lastResult === ended.value);
        if (discarded + (isGiven ? 1 : 0) === 1) continue;
        if (discarded === 0 && hidden-- > 0) continue;
        breaks(`attempt ${attempt}`, isGiven ? "given to the caller" : "not given to the caller", `discarded ${discarded} times`);
      }
    },
  },
  {
    name: "cut short",
    sentence:
      "An attempt that goes on after its end was told to stop, by its signal; one that has ended by itself was not, but by the caller.",
    check: (call, breaks, { controllers }) => {
      const { plan, invocations, ends, endsAtMs, settled } = call;
      if (!plan.observed || settled === null) return;
      for (const { attempt, signal, ended } of invocations) {
        const at = ends.findIndex((end) => end.attempt === attempt);
        if (signal === null || at === -1) continue;
        const isCut = ended === null || ended.atMs > (endsAtMs[at] ?? 0) || ended.value === signal.reason;
        if (isCut && !signal.aborted) breaks(`attempt ${attempt} goes on, and its signal has not aborted`);
        const byCaller = [...controllers.values()].some((controller) => controller.signal.reason === signal.reason);
        if (signal.aborted && ends[at]?.decision === "success" && !byCaller)
          breaks(`attempt ${attempt} has won, and its signal has aborted`);
      }
    },
  },
  {
    name: "not too soon",
    sentence: "No attempt is cut by its timeout, and no call by its deadline, before its time is over.",
    check: (call, breaks, { lib, plan: { policies } }) => {
      const { plan, ends, startsAtMs, starts, endsAtMs, deadlineMs, startedAtMs, progress } = call;
      if (!plan.observed) return;
      ends.forEach(({ attempt, error }, index) => {
        const at = starts.findIndex((start) => start.attempt === attempt);
        const tookMs = (endsAtMs[index] ?? 0) - (startsAtMs[at] ?? 0);
        const { attemptTimeoutMs = Infinity } = policies[plan.policy]?.retry ?? {};
        if (error instanceof lib.AttemptTimeoutError && tookMs < attemptTimeoutMs)
          breaks(`attempt ${attempt} timed out after ${tookMs} ms`, attemptTimeoutMs);
        const elapsedMs = (endsAtMs[index] ?? 0) - (startedAtMs ?? 0) + (progress?.elapsedMs ?? 0);
        if (error instanceof lib.DeadlineExceededError && elapsedMs < deadlineMs)
          breaks(`the deadline cuts attempt ${attempt} after ${elapsedMs} ms`, deadlineMs);
      });
    },
  },
];

const ofWorlds: readonly WorldInvariant[] = [
  {
    name: "rates",
    sentence: "No more attempts are admitted in any interval than a rate limiter allows.",
    check: ({ limiters }, breaks) => {
      for (const limiter of limiters) {
        try {
          keepsItsRate(limiter);
        } catch (error) {
          breaks((error as Error).message);
        }
      }
    },
  },
  {
    name: "admitted once",
    sentence:
      "Each invocation of an operation was admitted once, by each limiter of its policy, and each such permit was given back.",
    check: ({ limiters, calls, plan: { policies } }, breaks) => {
      limiters.forEach(({ admitted }, index) => {
        const used = admitted.filter(({ end }) => end !== "unused" && end !== null).length;
        let made = 0;
        for (const { plan, invocations } of calls.values())
          if (policies[plan.policy]?.limiters.includes(index)) made += invocations.length;
        if (used !== made) breaks(`limiter ${index} has given ${used} permits that were used`, `${made} attempts were made`);
        if (admitted.some(({ end }) => end === null)) breaks(`a permit of limiter ${index} was never given back`);
      });
    },
  },
  {
    name: "costs",
    sentence:
      "Every retry and every hedge that is told costs the budget once; one hedge more is paid for, and not made, where code of the caller's aborts its call at that instant, or throws.",
    check: ({ budgets, calls, plan: { policies } }, breaks) => {
      budgets.forEach(({ granted }, index) => {
        let told = 0;
        let barred = 0;
        for (const call of calls.values()) {
          const { budget, retry, hedge } = policies[call.plan.policy] ?? {};
          if (budget !== index || !retry) continue;
          if (!call.plan.observed) return;
          for (const { event } of call.told) if (event === "retry" || event === "hedge") told++;
          const isAborted = call.end?.end.ok === false && call.end.end.stopReason === "ABORTED";
          if (hedge && (isAborted || isFault(call))) barred++;
        }
        if (granted < told || granted > told + barred) breaks(`budget ${index} has allowed ${granted}`, `${told} are told`);
      });
    },
  },
  {
    name: "nothing left",
    sentence: "When nothing goes on any more, every call that was made has settled, nobody waits, and no alarm is set.",
    check: ({ clock, policies, limiters }, breaks) => {
      if (clock.pending > 0) breaks(`${clock.pending} alarms`);
      policies.forEach(({ inFlight }, index) => {
        if (inFlight !== 0) breaks(`policy ${index} has ${inFlight} calls in flight`);
      });
      for (const { waiting, held } of limiters)
        if (waiting.length + held.size > 0) breaks(`${waiting.length} wait, ${held.size} permits are out`);
    },
  },
];

/** Whether the end that was told is the one that the caller gets. */
function isSame(end: CallEnd, call: CallLog, world: ModelWorld): boolean {
  const { settled } = call;
  if (settled === null) return false;
  if (settled.kind === "value") return end.ok && end.value === settled.value;
  if (settled.kind === "outcome") {
    const { outcome } = settled;
    if (end.ok || outcome.ok) return end.ok && outcome.ok && end.value === outcome.value && end.fellBack === outcome.fellBack;
    return end.stopReason === outcome.stopReason && end.elapsedMs === outcome.elapsedMs;
  }
  if (end.ok) return false;
  if (end.stopReason === null) return end.fault === settled.error;
  const failure = failureOf(call, world);
  return (failure === null || failure.stopReason === end.stopReason) && (end as Failure).error === settled.error;
}

/** How many invariants there are. */
export const INVARIANTS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(LOOKED_AT),
  ...[...ofCalls, ...ofWorlds, ...ofUserCode].map(({ name, sentence }): [string, string] => [name, sentence]),
]);

/** Looks at all of them. What is broken is told to the world. */
export function checkAll(world: ModelWorld): void {
  for (const call of world.calls.values())
    for (const { name, check } of ofCalls) check(call, (...found) => world.breaks(name, `call ${call.plan.id}`, ...found), world);
  for (const { name, check } of [...ofWorlds, ...ofUserCode]) check(world, (...found) => world.breaks(name, ...found));
}
