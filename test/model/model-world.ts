/*
 * Lives through a plan: everything that can happen next is ready at once, and a chooser says what does. What the laws cannot see afterwards is looked
 * at here, when promises have settled. Long, since the operation, the hooks and the choices of a world are one thing.
 */
import { getEventListeners } from "node:events";
import type { AttemptInfo, CallOptions, Limiter, Outcome, Policy, SleepDecision } from "redress";
import { placesOf } from "../properties/limit-laws.ts";
import { SpiedLimiter } from "../properties/spied-limiter.ts";
import { type CallLog, emptyLog, type Invocation } from "./call-log.ts";
import type { Choice, Chooser } from "./choices.ts";
import type { Library } from "./library.ts";
import { makeLimiter, makePolicy } from "./make-parts.ts";
import { operate, type Pending } from "./operate.ts";
import { ScheduleClock, ScheduleInstantClock } from "./schedule-clock.ts";
import { observe } from "./spying-hooks.ts";
import { UserCode } from "./user-code.ts";
import { WatchedBreaker } from "./watched-breaker.ts";
import { WatchedBudget } from "./watched-budget.ts";
import type { CallPlan, Deed, Place, PolicyPlan, WorldPlan } from "./world-plan.ts";

/** A law that does not hold. */
export interface Violation {
  readonly invariant: string;
  readonly found: string;
}

/** The longest schedule: one that is longer never ends. */
const MOST_STEPS = 2_000;

export class ModelWorld {
  readonly plan: WorldPlan;
  readonly lib: Library;
  readonly clock: ScheduleClock;
  readonly calls = new Map<number, CallLog>();
  readonly breakers: readonly WatchedBreaker[];
  readonly budgets: readonly WatchedBudget[];
  readonly limiters: readonly SpiedLimiter[];
  readonly policies: readonly Policy<unknown, unknown>[];
  /** By number. Those that no call hears of are not made: each costs as much as a call. */
  readonly controllers = new Map<number, AbortController>();
  /** Each value that was given to `discard`, and how often. */
  readonly discarded = new Map<unknown, number>();
  readonly violations: Violation[] = [];
  /** Operations that have not ended. */
  readonly pending: Pending[] = [];
  steps = 0;
  readonly userCode = new UserCode();
  /** The call whose hook was told something last: it is the one that asks a fallback. */
  asking: CallLog | null = null;
  /** Something came later than it should have: an alarm, or a promise. */
  hasBeenLate = false;
  /** What happened, for people; `null` where nobody reads it. */
  readonly story: string[] | null;
  readonly #questions: { readonly call: CallLog; readonly what: "sleep" | "fallback"; readonly answer: () => void }[] = [];
  readonly #chooser: Chooser;
  readonly #deeds: Set<number>;
  readonly #pauses: Set<number>;
  readonly #visits = new Map<Place, number>();
  readonly #idle: { readonly policy: number; isOver: boolean }[] = [];
  #depth = 0;

  constructor(lib: Library, plan: WorldPlan, chooser: Chooser, story: string[] | null = null) {
    this.lib = lib;
    this.plan = plan;
    this.story = story;
    this.#chooser = chooser;
    this.clock = plan.instants ? new ScheduleInstantClock() : new ScheduleClock();
    this.#deeds = new Set(plan.deeds.keys());
    this.#pauses = new Set(plan.pausesMs.keys());
    for (const { signal, scope } of plan.calls)
      for (const index of [signal, scope?.signal])
        if (index != null && !this.controllers.has(index)) this.controllers.set(index, new AbortController());
    this.breakers = plan.breakers.map((breaker, index) => new WatchedBreaker(lib, breaker, this, `breaker ${index}`));
    this.budgets = plan.budgets.map((budget) => new WatchedBudget(lib, budget, this));
    const spying = {
      clock: this.clock,
      longestWaitMs: Infinity,
      visit: () => {},
      breaks: (law: string) => this.breaks("limiters", law),
      wasBusyUntil: () => this.hasBeenLate,
    };
    this.limiters = plan.limiters.map((limiter, index) => new SpiedLimiter(limiter, makeLimiter(this, limiter, index), spying));
    this.policies = plan.policies.map((policy, index) => makePolicy(this, policy, index));
  }

  breaks(invariant: string, ...found: unknown[]): void {
    const text = found.map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value))).join(", ");
    this.violations.push({ invariant, found: text });
    this.tell(() => `  violated: ${invariant}: ${text}`);
  }

  tell(line: () => string): void {
    this.story?.push(`${`t=${this.clock.now()}`.padEnd(7)} ${"  ".repeat(this.#depth)}${line()}`);
  }

  async run(): Promise<void> {
    while (this.violations.length === 0) {
      let ready = this.#ready();
      if (ready.length === 0) {
        // Something may still follow of what was done last.
        await settled();
        this.#look();
        ready = this.#ready();
      }
      if (ready.length === 0) return;
      const choice = this.#chooser.choose(ready);
      this.#happens(choice);
      if (!choice.together) {
        await settled();
        this.#look();
      }
      if (++this.steps > MOST_STEPS) {
        this.breaks("ends", "the schedule has no end");
        return;
      }
    }
  }

  /** What may happen next. What hangs ends when nothing else is left. */
  #ready(): string[] {
    const ready: string[] = [];
    for (const call of this.plan.calls) if (this.#mayBegin(call)) ready.push(`call ${call.id}`);
    for (const { name, hangs } of this.pending) if (!hangs) ready.push(name);
    for (const { what, call } of this.#questions) ready.push(`${what} ${call.plan.id}`);
    const alarms = this.clock.ready;
    for (let which = 0; which < alarms; which++) ready.push(which === 0 ? "alarm" : `alarm + ${which}`);
    if (ready.length === 0) for (const { name } of this.pending) ready.push(name);
    if (ready.length === 0) return ready;
    for (const [index, { signal }] of this.controllers) if (!signal.aborted) ready.push(`abort ${index}`);
    for (const deed of this.#deeds) ready.push(`by hand ${deed}`);
    const { pausesMs } = this.plan;
    for (const pause of this.#pauses) if (this.clock.mayPass(pausesMs[pause] as number)) ready.push(`pause ${pause}`);
    return ready;
  }

  #mayBegin({ id, byHook, resumes }: CallPlan): boolean {
    if (byHook || this.calls.has(id)) return false;
    return resumes === null || this.progressOf(resumes) !== null;
  }

  progressOf(id: number): Extract<Outcome<unknown>, { ok: false }>["progress"] {
    const settled = this.calls.get(id)?.settled;
    return settled?.kind === "outcome" && !settled.outcome.ok ? settled.outcome.progress : null;
  }

  #happens({ does, lateMs, together }: Choice): void {
    const [what = "", which = ""] = does.split(" ");
    const beforeMs = this.clock.now();
    if (lateMs > 0) this.hasBeenLate = true;
    if (what === "call") this.begin(this.plan.calls.find(({ id }) => id === Number(which)) as CallPlan);
    else if (what === "end") this.pending.find(({ name }) => name === does)?.end();
    else if (what === "alarm") {
      this.tell(() => `an alarm rings${lateMs > 0 ? `, ${lateMs} ms late` : ""}`);
      this.clock.ring(Number(does.split(" + ")[1] ?? 0), lateMs);
    } else if (what === "pause") {
      this.#pauses.delete(Number(which));
      this.clock.sleepSync(this.plan.pausesMs[Number(which)] as number);
    } else if (what === "abort") this.does({ what: "abort", signal: Number(which) });
    else if (what === "by") {
      const index = Number(does.split(" ")[2]);
      this.#deeds.delete(index);
      this.does(this.plan.deeds[index] as Deed);
    } else {
      const at = this.#questions.findIndex((question) => question.what === what && question.call.plan.id === Number(which));
      this.#questions.splice(at, 1)[0]?.answer();
    }
    if (together || this.clock.isBehind) this.hasBeenLate = true;
    if (this.clock.now() !== beforeMs) this.tell(() => `time is ${this.clock.now()}`);
  }

  does(deed: Deed): void {
    switch (deed.what) {
      case "abort":
        this.tell(() => `signal ${deed.signal} aborts`);
        this.controllers.get(deed.signal)?.abort(new Error("the caller has gone"));
        break;
      case "call": {
        const call = this.plan.calls.find(({ id }) => id === deed.call);
        if (call !== undefined && !this.calls.has(call.id)) this.begin(call);
        break;
      }
      case "trip":
        this.tell(() => `breaker ${deed.breaker} is tripped`);
        this.breakers[deed.breaker]?.breaker.trip();
        break;
      case "close":
        this.tell(() => `breaker ${deed.breaker} is reset`);
        this.breakers[deed.breaker]?.breaker.reset();
        break;
      case "reset":
        this.tell(() => `limiter ${deed.limiter} is reset`);
        this.limiters[deed.limiter]?.reset();
        break;
      case "consume": {
        const allows = this.budgets[deed.budget]?.take(deed.cost);
        this.tell(() => `${deed.cost} of budget ${deed.budget} are ${allows ? "taken" : "refused"}`);
        break;
      }
      case "wait until idle": {
        this.tell(() => `somebody waits until policy ${deed.policy} is idle`);
        const waiting = { policy: deed.policy, isOver: false };
        this.#idle.push(waiting);
        void this.policies[deed.policy]?.idle().then(() => {
          waiting.isOver = true;
        });
      }
    }
  }

  /** Code that the library calls runs, in the name of a call. It may do something. */
  visit(call: CallLog | null, where: Place, told = ""): void {
    const meddling = call?.plan.meddling;
    if (call === null || meddling?.where !== where) return;
    // What hears that a circuit changes its state, while it does, leaves circuits alone.
    if (told.startsWith("circuit_") && (meddling.deed.what === "trip" || meddling.deed.what === "close")) return;
    const visits = this.#visits.get(where) ?? 0;
    this.#visits.set(where, visits + 1);
    if (visits !== meddling.nth) return;
    this.tell(() => `in ${where} of call ${call.plan.id}:`);
    this.within(() => this.does(meddling.deed));
  }

  within<T>(run: () => T): T {
    this.#depth++;
    try {
      return run();
    } finally {
      this.#depth--;
    }
  }

  begin(plan: CallPlan): void {
    const { scope, resumes } = plan;
    const policyPlan = this.plan.policies[plan.policy];
    const signals = [plan.signal, scope?.signal].flatMap((index) => (index == null ? [] : [this.#signal(index)]));
    const how = this.#howOf(plan);
    const call = emptyLog(plan, how, signals, resumes === null ? null : this.progressOf(resumes));
    this.calls.set(plan.id, call);
    call.isNested = this.#depth > 0;
    call.startedAtMs = this.clock.now();
    const around = this.lib.currentScope();
    call.inherits = around !== undefined;
    const scopeMs = Math.min(scope?.deadlineMs ?? Infinity, around?.remainingMs ?? Infinity) + (call.progress?.elapsedMs ?? 0);
    call.deadlineMs = Math.min(policyPlan?.retry?.deadlineMs ?? Infinity, plan.deadlineMs ?? Infinity, scopeMs);
    this.tell(() => `call ${plan.id} begins (${how} of policy ${plan.policy})`);
    const make = (): unknown =>
      this.policies[plan.policy]?.[how](
        (info: AttemptInfo) => operate(this, call, info),
        observe(this, call, this.#optionsOf(call)),
      );
    let given: unknown;
    try {
      given = this.within(() =>
        scope === null
          ? make()
          : this.lib.runInScope({ clock: this.clock, deadlineMs: scope.deadlineMs, signal: this.#signalOf(scope.signal) }, make),
      );
    } catch (error) {
      this.#settles(call, "thrown", error);
      return;
    }
    if (how.endsWith("Sync")) this.#settles(call, how === "callSync" ? "value" : "outcome", given);
    else
      (given as Promise<unknown>).then(
        (value) => this.#settles(call, how === "call" ? "value" : "outcome", value),
        (error) => this.#settles(call, "thrown", error),
      );
  }

  #signal(index: number): AbortSignal {
    return (this.controllers.get(index) as AbortController).signal;
  }

  #signalOf(index: number | null): AbortSignal | undefined {
    return index === null ? undefined : this.#signal(index);
  }

  #optionsOf(call: CallLog): CallOptions & { captureTimeline?: boolean } {
    const { plan, progress } = call;
    const options: Record<string, unknown> = { signal: this.#signalOf(plan.signal) };
    if (plan.deadlineMs !== null) options["deadlineMs"] = plan.deadlineMs;
    if (plan.cost !== null) options["cost"] = plan.cost;
    const policy = this.plan.policies[plan.policy] as PolicyPlan;
    const decides = (code: "abortIf" | "refuseRepeat"): void => {
      const fault = this.userCode.faultOf(plan.policy, policy, code);
      if (fault === null) return;
      this.tell(() => `${code} of call ${plan.id} throws`);
      throw fault;
    };
    if (policy.faulty?.code === "abortIf")
      options["abortIf"] = (): boolean => {
        decides("abortIf");
        return false;
      };
    if (policy.faulty?.code === "refuseRepeat") options["refuseRepeat"] = (): void => decides("refuseRepeat");
    if (progress !== null) options["resume"] = JSON.parse(JSON.stringify(progress));
    if (plan.timeline && call.how.startsWith("execute")) options["captureTimeline"] = true;
    if (this.isSync(call) && call.isNested) options["sleeper"] = () => {};
    const sleep = policy.retry?.sleep ?? null;
    let asked = 0;
    if (sleep !== null)
      options["sleep"] = (): SleepDecision | Promise<SleepDecision> => {
        const { answer, later } = sleep[asked++ % sleep.length] as (typeof sleep)[number];
        const isLater = later && !this.isSync(call);
        const fault = this.userCode.faultOf(plan.policy, policy, "sleep", isLater);
        this.tell(
          () =>
            `call ${plan.id}: the sleep handler ${isLater ? "takes its time" : fault === null ? `answers ${answer}` : "throws"}`,
        );
        if (isLater) return this.asks(call, "sleep", answer, fault);
        if (fault !== null) throw fault;
        return answer;
      };
    return options;
  }

  isSync({ how }: CallLog): boolean {
    return how.endsWith("Sync");
  }

  /** Within the code of another call, none blocks the thread to wait for a limiter: that would make the other one late. */
  #howOf({ how, policy }: CallPlan): CallPlan["how"] {
    if (this.#depth === 0 || !this.plan.policies[policy]?.limiters.some((index) => this.plan.limiters[index]?.kind === "rate"))
      return how;
    return how === "callSync" ? "call" : how === "executeSync" ? "execute" : how;
  }

  /** What is answered by a promise is answered when the schedule says so. */
  asks<T>(call: CallLog, what: "sleep" | "fallback", value: T, fault: Error | null = null): Promise<T> {
    call.asks = what;
    return new Promise((resolve, reject) => {
      const answer = (): void => {
        this.tell(
          () =>
            `call ${call.plan.id}: the ${what === "sleep" ? "sleep handler" : "fallback"} ${fault === null ? "answers" : "rejects"}`,
        );
        // A sleep handler may answer when nobody waits for it any more.
        if (call.asks === what) call.asks = null;
        if (fault === null) resolve(value);
        else reject(fault);
      };
      this.#questions.push({ call, what, answer });
    });
  }

  #settles(call: CallLog, kind: "value" | "outcome" | "thrown", given: unknown): void {
    const atMs = this.clock.now();
    call.settlements++;
    call.settled =
      kind === "thrown"
        ? { kind, error: given, atMs }
        : kind === "value"
          ? { kind, value: given, atMs }
          : { kind, outcome: given as Outcome<unknown>, atMs };
    this.tell(() => `call ${call.plan.id} settles: ${saying(kind, given)}`);
  }

  /** Everything has settled that can without another choice. */
  #look(): void {
    const isPunctual = !this.clock.isBehind;
    const inFlight = this.policies.map(() => 0);
    for (const call of this.calls.values()) {
      if (call.settled !== null) {
        if (call.plan.observed && call.end === null) this.breaks("told", `call ${call.plan.id} settles before its end is told`);
        continue;
      }
      inFlight[call.plan.policy] = (inFlight[call.plan.policy] ?? 0) + 1;
      if (call.asks !== "fallback") this.#lookAt(call, isPunctual);
    }
    this.policies.forEach((policy, index) => {
      if (policy.inFlight !== inFlight[index])
        this.breaks("in flight", `policy ${index} says ${policy.inFlight}, ${inFlight[index]} are`);
    });
    for (const { policy, isOver } of this.#idle)
      if (!isOver && inFlight[policy] === 0)
        this.breaks("idle", `policy ${policy} has no call in flight, and who waits for that waits on`);
    for (const { script, held, waiting, mostHeld, mostWaiting } of this.limiters) {
      if (mostHeld > placesOf(script)) this.breaks("places", `${mostHeld} permits of ${placesOf(script)} are out`, script);
      if ("maxQueue" in script && mostWaiting > script.maxQueue) this.breaks("places", `${mostWaiting} wait`, script);
      if (script.kind === "bulkhead" && waiting.length > 0 && held.size < script.maxConcurrent)
        this.breaks("line", `${waiting.length} wait, and ${held.size} of ${script.maxConcurrent} places are taken`);
    }
    if (inFlight.every((count) => count === 0)) this.#lookForLeftovers();
  }

  #lookAt(
    { plan, startedAtMs, deadlineMs, progress, signals, invocations, endsAtMs, ends, starts, startsAtMs, asks }: CallLog,
    isPunctual: boolean,
  ): void {
    if (signals.some(({ aborted }) => aborted)) this.breaks("aborts", `call ${plan.id} goes on, and its signal has aborted`);
    if (!isPunctual) return;
    const nowMs = this.clock.now();
    const tookMs = nowMs - (startedAtMs ?? 0) + (progress?.elapsedMs ?? 0);
    const { retry } = this.plan.policies[plan.policy] ?? {};
    if (tookMs >= deadlineMs)
      this.breaks("deadline", `call ${plan.id} goes on after ${tookMs} ms, its deadline is ${deadlineMs}`);
    // Before the sleep handler has answered, the end of an attempt is not told.
    if (!plan.observed || retry == null || asks !== null) return;
    for (const [index, { attempt }] of starts.entries()) {
      if (invocations.length <= index || ends.some((end) => end.attempt === attempt)) continue;
      const inFlightMs = nowMs - (startsAtMs[index] ?? 0);
      if (inFlightMs >= retry.attemptTimeoutMs)
        this.breaks("attempt timeout", `attempt ${attempt} of call ${plan.id} goes on after ${inFlightMs} ms`, endsAtMs.length);
    }
  }

  #lookForLeftovers(): void {
    if (this.clock.pending > 0) this.breaks("timers", `${this.clock.pending} alarms are set, and no call is in flight`);
    for (const { held, waiting, inner } of this.limiters) {
      const { inUse = 0, waiting: inLine = 0 } = inner as Limiter & { readonly inUse?: number; readonly waiting?: number };
      if (held.size + inUse > 0) this.breaks("permits back", `${held.size} permits are out, ${inUse} places taken`);
      if (waiting.length + inLine > 0)
        this.breaks("line", `${waiting.length} wait, ${inLine} are in line, and no call is in flight`);
    }
    this.breakers.forEach(({ out }, index) => {
      if (out > 0) this.breaks("breaker permits", `${out} permits of breaker ${index} are out, and no call is in flight`);
    });
    for (const [index, { signal }] of this.controllers)
      if (getEventListeners(signal, "abort").length > 0 && !this.#isFollowed(signal))
        this.breaks("listeners", `signal ${index} is listened to, and no call is in flight`);
  }

  /** After a success, the signal of the attempt follows the caller's: what was given may still be being read. */
  #isFollowed(signal: AbortSignal): boolean {
    for (const { signals, invocations, inherits } of this.calls.values()) {
      if (inherits) return true;
      if (!signals.includes(signal)) continue;
      // What a call inherits from two sides is one signal, which follows both.
      if (signals.length > 1) return true;
      if (invocations.some((each: Invocation) => each.signal !== null && each.ended?.threw === false)) return true;
    }
    return false;
  }
}

function saying(kind: "value" | "outcome" | "thrown", given: unknown): string {
  if (kind === "thrown") return `throws ${String(given)}`;
  if (kind === "value") return "a value";
  const outcome = given as Outcome<unknown>;
  return outcome.ok ? `a value, after ${outcome.attempts} attempts` : `${outcome.stopReason}, after ${outcome.attempts} attempts`;
}

/** When all promises have settled that wait for nothing else: Node's ticks come after them, however many there are. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
