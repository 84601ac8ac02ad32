/*
 * What calls must come to on every platform, run by each of them with the published package: the recorded scenarios, the timers of the platform, what is left of a thousand calls, and
 * what the platform lacks. Plain data, so that all are held to the same.
 */
import { AttemptTimeoutError, Bulkhead, constant, Hedge, outcomeOf, Policy, TransientError, unlimited } from "redress";
import { drivers, play, type Scenario } from "../../conformance/scenario.ts";
import type { Report } from "./scenario.ts";

const hang = (): Promise<never> => new Promise(() => {});
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const failsOnce = ({ attempt }: { readonly attempt: number }): number => {
  if (attempt === 1) throw new TransientError();
  return attempt;
};

export async function callsScenario(scenarios: readonly Scenario[]): Promise<Report> {
  return { contract: await contract(scenarios), timers: await timers(), left: await leftBehind(), blocking: blocking() };
}

/** The names of the recorded scenarios that come out otherwise, by driver. */
async function contract(scenarios: readonly Scenario[]): Promise<Report> {
  const differing: Record<string, string[]> = {};
  for (const [name, drive] of Object.entries(drivers)) {
    const differs: string[] = [];
    for (const scenario of scenarios) {
      const expected = scenario.expected.map((call) => ({
        ...call,
        nextDelayMs: call.stopReason === "SCHEDULED" ? call.nextDelayMs : null,
      }));
      const seen = await play(scenario, drive);
      if (sorted(seen) !== sorted(expected)) differs.push(scenario.name);
    }
    differing[name] = differs;
  }
  return { scenarios: scenarios.length, ...differing };
}

/** As text, whatever the order of the keys. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** On the platform's clock: which of two things came first, never how long it took. */
async function timers(): Promise<Report> {
  const retry = { budget: unlimited, strategy: constant(15) };
  const stopOf = async (policy: Policy, op: (attempt: { readonly attempt: number }) => unknown): Promise<unknown> => {
    const outcome = await policy.execute(op);
    return [outcome.ok ? "ok" : outcome.stopReason, outcome.attempts];
  };
  const startMs = Date.now();
  const delayed = await stopOf(new Policy({ retry }), failsOnce);
  const delayedMs = Date.now() - startMs;
  const order: string[] = [];
  const long = new Policy({ retry: { deadlineMs: 1e12, attemptTimeoutMs: 1e12 } })
    // So much later than the other that no stall of a busy machine turns them around.
    .call(() => later(400))
    .then(() => order.push("long"));
  const short = new Policy({ retry: { deadlineMs: 5 } }).execute(hang).then(() => order.push("short"));
  await Promise.all([long, short]);
  const caught = await new Policy({ retry: { ...retry, maxAttempts: 2, attemptTimeoutMs: 10 } })
    .call(hang)
    .catch((error: unknown) => error);
  return {
    delayed: [delayed, delayedMs >= 14],
    deadline: await stopOf(new Policy({ retry: { deadlineMs: 20 } }), hang),
    timeout: [caught instanceof AttemptTimeoutError, outcomeOf(caught)?.stopReason, outcomeOf(caught)?.attempts],
    hedge: await stopOf(new Policy({ hedge: new Hedge({ delayMs: 10, loadRatio: 1 }) }), ({ attempt }) =>
      attempt === 1 ? hang() : attempt,
    ),
    queue: await stopOf(new Policy({ retry: { deadlineMs: 15 }, limiter: taken() }), hang),
    patience: await stopOf(new Policy({ limiter: taken(15) }), hang),
    // Longer than any timer of a platform can be: it would ring at once.
    long: order,
  };
}

/** A bulkhead whose only place is taken. */
function taken(queueTimeoutMs = Infinity): Bulkhead {
  const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 1, queueTimeoutMs });
  bulkhead.tryAcquire();
  return bulkhead;
}

/** Of a thousand calls under one signal, a few of which are under way at a time: listeners and timers that were set and not put away. */
async function leftBehind(): Promise<Report> {
  const caller = new AbortController();
  const { signal } = caller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  let listening = 0;
  let most = 0;
  signal.addEventListener = (...given: Parameters<typeof add>): void => {
    listening += 1;
    most = Math.max(most, listening);
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>): void => {
    listening -= 1;
    remove(...given);
  };
  const policy = new Policy({ retry: { budget: unlimited, strategy: constant(1), attemptTimeoutMs: 5_000, deadlineMs: 10_000 } });
  let succeeded = 0;
  for (let i = 0; i < 100; i++) {
    const calls = Array.from({ length: 10 }, async (_, j) =>
      policy.call<unknown>(j === 0 ? failsOnce : () => later(0), { signal }),
    );
    succeeded += (await Promise.all(calls)).length;
  }
  await policy.idle();
  // What reads a value is still to hear of an abort: it is held weakly, by one listener for all of them.
  return { succeeded, fewListen: listening <= 1, most, inFlight: policy.inFlight };
}

/** Whether a synchronous call can sleep, or else what it says. */
function blocking(): string {
  try {
    return `slept ${new Policy({ retry: { budget: unlimited, strategy: constant(1) } }).callSync(failsOnce)}`;
  } catch (error) {
    return (error as Error).message;
  }
}
