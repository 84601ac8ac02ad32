/* Calls of every ending: values, failures of every class, results that are failures, hangs, aborts, scopes, resumed and synchronous ones. */
import { constant, deferFrom, ErrorClass, fullJitter, outcomeOf, type Policy, type Progress, type RetryOptions } from "redress";
import { runInScope } from "redress/scope";
import { Value } from "../ledger.ts";
import { type Body, hang, inTurns, type Kind, type Soak, turn } from "../soak.ts";

class Failed extends Error {
  readonly errorClass: ErrorClass;

  constructor(errorClass: ErrorClass) {
    super(errorClass);
    this.errorClass = errorClass;
  }
}

const classes = Object.values(ErrorClass);

/** Reads the class off our errors, and judges our values. */
export const judged: RetryOptions = {
  classifier: (error) => (error instanceof Failed ? error.errorClass : "TRANSIENT"),
  resultClassifier: (value) => (value instanceof Value && !value.isGood ? "SERVER_ERROR" : null),
  strategy: fullJitter({ baseMs: 0.5, maxMs: 4 }),
  maxAttempts: 4,
};

export function plainCalls(soak: Soak): Kind[] {
  const { ledger } = soak;
  const policy = soak.policy({ operation: "plain", retry: judged });
  const nextClass = inTurns(classes);
  const succeeds: Body = async () => ledger.value();
  const later: Body = async () => {
    await turn();
    return ledger.value();
  };
  const failsOnce: Body = async ({ attempt }) => {
    if (attempt === 1) throw new Failed("TRANSIENT");
    return ledger.value();
  };
  const fails: Body = async () => {
    throw new Failed(nextClass());
  };
  const badOnce: Body = ({ attempt }) => ledger.value(attempt > 1);
  const bad: Body = async () => ledger.value(false);
  const bound = policy.context();
  return [
    { name: "a value at once", run: () => soak.call(policy, succeeds) },
    { name: "a value later", run: () => soak.execute(policy, later, { signal: soak.forever.signal, captureTimeline: true }) },
    { name: "a failure and a value", run: () => soak.call(policy, failsOnce, { signal: soak.forever.signal }) },
    { name: "failures of every class", run: () => soak.execute(policy, fails) },
    { name: "failures of every class, thrown", run: () => soak.call(policy, fails) },
    { name: "a result that is a failure", run: () => soak.call(policy, badOnce) },
    { name: "results that are failures", run: () => soak.execute(policy, bad) },
    { name: "results that are failures, thrown", run: () => soak.call(policy, bad) },
    { name: "a bound call", run: () => boundCall(soak, bound, later) },
    { name: "a context that is disposed", run: () => disposed(soak, policy, later) },
  ];
}

async function boundCall(soak: Soak, bound: (fn: () => Promise<unknown>) => Promise<unknown>, body: Body): Promise<void> {
  await soak.call({ call: (op) => bound(async () => op({ attempt: 1 } as never)) as never }, body);
}

/** Its calls that sleep are aborted when it is disposed. */
async function disposed(soak: Soak, policy: Policy<unknown, unknown>, body: Body): Promise<void> {
  const calls: Promise<void>[] = [];
  const context = policy.with({ retry: { strategy: constant(60_000) } }).context();
  calls.push(boundCall(soak, context, body));
  calls.push(
    boundCall(soak, context, () => {
      throw new Failed("TRANSIENT");
    }),
  );
  await turn();
  context[Symbol.dispose]();
  await Promise.all(calls);
}

export function cutCalls(soak: Soak): Kind[] {
  const { ledger } = soak;
  const impatient = soak.policy({ operation: "impatient", retry: { ...judged, attemptTimeoutMs: 2, maxAttempts: 2 } });
  const bounded = soak.policy({ operation: "bounded", retry: { ...judged, deadlineMs: 4, maxAttempts: Infinity } });
  const patient = soak.policy({ operation: "patient", retry: judged });
  const alone = soak.policy({ operation: "alone" });
  const deaf: Body = () => soak.deaf(6, () => ledger.value());
  const failsLate: Body = () =>
    soak.deaf(6, () => {
      throw new Failed("SERVER_ERROR");
    });
  const heeds: Body = ({ signal }) => soak.heeding(30, signal, () => ledger.value());
  const once = inTurns([deaf, failsLate, heeds, hang]);
  const badThenHangs: Body = ({ attempt }) => (attempt === 1 ? ledger.value(false) : hang());
  const timeouts = new Set<AbortSignal>();
  const abortsSoon = (policy: Policy<unknown, unknown>, body: Body): Promise<unknown> => {
    const caller = new AbortController();
    const call = soak.execute(policy, body, { signal: caller.signal });
    setImmediate(() => caller.abort(new Error("left")));
    return call;
  };
  return [
    { name: "hangs, cut by attempt timeouts", run: () => soak.execute(impatient, once(), { signal: soak.forever.signal }) },
    { name: "hangs, cut by attempt timeouts, thrown", run: () => soak.call(impatient, once()) },
    { name: "hangs, cut by a deadline", run: () => soak.execute(bounded, once(), { signal: soak.forever.signal }) },
    { name: "hangs, cut by the deadline of the call", run: () => soak.call(patient, once(), { deadlineMs: 3 }) },
    { name: "failures until the deadline", run: () => soak.execute(bounded, badThenHangs) },
    { name: "aborted", run: () => abortsSoon(patient, once()) },
    { name: "aborted, without a retry", run: () => abortsSoon(alone, once()) },
    { name: "aborted after a result that is a failure", run: () => abortsSoon(patient, badThenHangs) },
    { name: "aborted already", run: () => soak.execute(patient, heeds, { signal: AbortSignal.abort() }) },
    { name: "aborted together", run: () => soak.execute(patient, once(), { signal: soak.groupSignal(), deadlineMs: 20 }) },
    { name: "AbortSignal.timeout", run: () => soak.execute(patient, once(), { signal: AbortSignal.timeout(2) }) },
    {
      name: "AbortSignal.any",
      // Of signals that do not outlive it: Node 20 keeps a weak reference of each in those that do. Nor does it hold the timeout, which would be lost.
      run: async () => {
        const timeout = AbortSignal.timeout(3);
        timeouts.add(timeout);
        await soak.execute(patient, once(), { signal: AbortSignal.any([timeout, new AbortController().signal]) });
        timeouts.delete(timeout);
      },
    },
  ];
}

export function scopedCalls(soak: Soak): Kind[] {
  const { ledger } = soak;
  const outer = soak.policy({ operation: "outer", retry: { ...judged, maxAttempts: 2 } });
  const inner = soak.policy({ operation: "inner", retry: judged });
  const slow: Body = ({ signal }) => soak.heeding(10, signal, () => ledger.value());
  const nested: Body = async () => {
    await soak.execute(inner, async () => ledger.value());
    const outcome = await soak.execute(inner, async () => Promise.reject(new Failed("TRANSIENT")), {
      signal: soak.forever.signal,
    });
    if (!outcome.ok) throw outcome.error;
    return ledger.value();
  };
  return [
    {
      name: "calls in a scope with a deadline",
      run: () =>
        runInScope({ deadlineMs: 3, signal: soak.forever.signal, operation: "GET /" }, () =>
          Promise.all([soak.execute(inner, slow), soak.execute(inner, slow), soak.execute(inner, async () => ledger.value())]),
        ),
    },
    {
      name: "calls in a scope that aborts",
      run: async () => {
        const visitor = new AbortController();
        const answer = runInScope({ signal: visitor.signal }, () =>
          Promise.all([soak.execute(inner, slow), soak.execute(outer, nested)]),
        );
        setImmediate(() => visitor.abort());
        await answer;
      },
    },
    { name: "a call within a call", run: () => runInScope({ deadlineMs: 1_000 }, () => soak.execute(outer, nested)) },
  ];
}

export function resumedCalls(soak: Soak): Kind[] {
  const policy = soak.policy({ operation: "resumed", retry: { ...judged, sleep: deferFrom(0), strategy: constant(5) } });
  const body: Body = async ({ attempt }) => {
    if (attempt === 2) return soak.ledger.value(false);
    if (attempt < 4) throw new Failed("TRANSIENT");
    return soak.ledger.value();
  };
  return [
    {
      name: "a call of four deliveries",
      run: async () => {
        let progress: Progress | null = null;
        do {
          const outcome = await soak.execute(policy, body, { resume: progress, signal: soak.forever.signal });
          progress = outcome.ok ? null : (JSON.parse(JSON.stringify(outcome.progress)) as Progress | null);
        } while (progress !== null);
      },
    },
  ];
}

export function synchronousCalls(soak: Soak): Kind[] {
  const { ledger } = soak;
  const policy = soak.policy({ operation: "sync", retry: { ...judged, strategy: constant(0) } });
  const sleeping = soak.policy({ operation: "sync sleep", retry: { ...judged, strategy: constant(0.05) } });
  const nextClass = inTurns(classes);
  const fails: Body = () => {
    throw new Failed(nextClass());
  };
  return [
    { name: "a synchronous value", run: () => soak.executeSync(policy, () => ledger.value(), { signal: soak.forever.signal }) },
    { name: "synchronous failures", run: () => soak.executeSync(policy, fails) },
    {
      name: "synchronous results that are failures",
      run: () => soak.executeSync(policy, ({ attempt }) => ledger.value(attempt > 2)),
    },
    {
      name: "a synchronous call that throws",
      run: () => {
        ledger.begun += 1;
        try {
          policy.callSync(soak.operation(fails));
        } catch (error) {
          const outcome = outcomeOf(error);
          if (outcome === undefined) throw error;
          ledger.settle(outcome);
        }
      },
    },
    // It blocks the thread, and so all others.
    { name: "a synchronous call that sleeps", oneIn: 50, run: () => soak.executeSync(sleeping, fails) },
  ];
}
