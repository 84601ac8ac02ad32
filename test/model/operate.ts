/* The operation of a call: it does what its plan says, and notes down how often, when and within what it was invoked. */
import type { AttemptInfo } from "redress";
import type { CallLog, Invocation } from "./call-log.ts";
import type { ModelWorld } from "./model-world.ts";
import type { StepPlan } from "./world-plan.ts";

/** An operation that has not ended. */
export interface Pending {
  readonly name: string;
  readonly hangs: boolean;
  readonly end: () => void;
}

/** What an operation gives: each of it is another one. */
export interface Given {
  readonly call: number;
  readonly attempt: number;
  readonly failed?: string;
}

const SUCCEEDS: StepPlan = { ends: "value", as: "UNKNOWN", atOnce: false, signal: "ignores" };

/** Read by the default classifier as the classes that a plan names. */
function errorOf({ as }: StepPlan): Error {
  if (as === "TRANSIENT") return Object.assign(new Error("reset"), { code: "ECONNRESET" });
  const status = { SERVER_ERROR: 503, RATE_LIMIT: 429, PERMANENT: 404 }[as as string];
  return Object.assign(new Error(status === undefined ? "unknown" : `HTTP ${status}`), status === undefined ? {} : { status });
}

export function operate(world: ModelWorld, call: CallLog, info: AttemptInfo): unknown {
  const { plan, invocations } = call;
  const step = plan.steps[invocations.length] ?? SUCCEEDS;
  const { attempt } = info;
  const invocation: Invocation = { attempt, atMs: world.clock.now(), hedge: info.hedge, step, signal: null, ended: null };
  checkInvocation(world, call, invocation);
  invocations.push(invocation);
  world.tell(() => `call ${plan.id} attempt ${attempt} is made${info.hedge ? " (a hedge)" : ""}`);
  const isSync = world.isSync(call);
  if (step.signal !== "ignores") invocation.signal = info.signal;
  world.visit(call, "operation");
  if (step.atOnce || isSync) {
    const given = give(world, call, invocation);
    if (given.threw) throw given.value;
    return given.value;
  }
  return new Promise((resolve, reject) => {
    const end = (): void => {
      world.pending.splice(world.pending.indexOf(pending), 1);
      const given = give(world, call, invocation);
      if (given.threw) reject(given.value);
      else resolve(given.value);
    };
    const pending: Pending = { name: `end ${plan.id}.${attempt}`, hangs: step.ends === "hangs", end };
    world.pending.push(pending);
    if (step.signal !== "obeys") return;
    const { signal } = info;
    const obeys = (): void => {
      const at = world.pending.indexOf(pending);
      if (at === -1) return;
      world.pending.splice(at, 1);
      invocation.ended = { atMs: world.clock.now(), value: signal.reason, threw: true };
      world.tell(() => `call ${plan.id} attempt ${attempt} obeys its signal`);
      reject(signal.reason);
    };
    if (signal.aborted) obeys();
    else signal.addEventListener("abort", obeys);
  });
}

function give(world: ModelWorld, call: CallLog, invocation: Invocation): { readonly value: unknown; readonly threw: boolean } {
  const { step, attempt } = invocation;
  const threw = step.ends === "error";
  const value: unknown = threw
    ? errorOf(step)
    : step.ends === "result"
      ? ({ call: call.plan.id, attempt, failed: step.as } satisfies Given)
      : ({ call: call.plan.id, attempt } satisfies Given);
  invocation.ended = { atMs: world.clock.now(), value, threw };
  world.tell(() => {
    const how = threw ? `fails with ${step.as}` : step.ends === "result" ? `returns a failure, ${step.as}` : "returns a value";
    return `call ${call.plan.id} attempt ${attempt} ${how}`;
  });
  return { value, threw };
}

function checkInvocation(world: ModelWorld, call: CallLog, { attempt, atMs }: Invocation): void {
  const { plan, invocations, end, settled, starts, ends, startedAtMs, progress, deadlineMs } = call;
  const expected = (progress?.attempts ?? 0) + invocations.length + 1;
  if (attempt !== expected) world.breaks("numbers", `call ${plan.id} makes attempt ${attempt}, the next one is ${expected}`);
  if (end !== null || settled !== null) world.breaks("after the end", `call ${plan.id} makes attempt ${attempt} after its end`);
  const tookMs = atMs - (startedAtMs ?? 0) + (progress?.elapsedMs ?? 0);
  if (tookMs >= deadlineMs)
    world.breaks(
      "no attempt after the deadline",
      `attempt ${attempt} of call ${plan.id} begins at ${tookMs} ms of ${deadlineMs}`,
    );
  if (!plan.observed) return;
  if (starts.at(-1)?.attempt !== attempt || ends.some((other) => other.attempt === attempt))
    world.breaks("between start and end", `attempt ${attempt} of call ${plan.id} is not between its start and its end`);
  const last = call.told.at(-1);
  // A call within the code of another one does not block the thread: it has a sleeper that returns at once.
  if (last?.event === "retry" && !call.isNested && atMs < last.atMs + last.sleepMs)
    world.breaks("delays", `attempt ${attempt} of call ${plan.id} begins before its delay is over`);
}
