// Attempts that are abandoned, by their timeout, the deadline, the caller and a full stop of the scope, and reject afterwards.
import { Policy } from "redress";

const late = (ms: number) => (): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(new Error("too late")), ms));
const stops: unknown[] = [];
const note = (outcome: { ok: boolean; stopReason?: string }): unknown => stops.push(outcome.stopReason);

const impatient = new Policy({ retry: { attemptTimeoutMs: 5, maxAttempts: 3, strategy: () => 0 } });
const short = new Policy({ retry: { deadlineMs: 5 } });
const unbounded = new Policy({ retry: { deadlineMs: Infinity } });
const caller = new AbortController();
setTimeout(() => caller.abort(), 5);
await Promise.all([
  impatient.execute(late(30)).then(note),
  short.execute(late(30)).then(note),
  unbounded.execute(late(30), { signal: caller.signal }).then(note),
]);
// Hooks that reject, and a sleep handler whose answer nobody waits for any more.
const hooks = { onMetric: () => Promise.reject(new Error("hook")) as never };
const slow = { deadlineMs: 5, sleep: () => late(30)() };
await new Policy({ retry: slow, hooks, onHookError: () => {} }).execute(() => Promise.reject(new Error("failed"))).then(note);
// By a timer of its own: what comes before it has come.
await new Promise((resolve) => setTimeout(resolve, 60));
console.log(stops.sort().join(" "));
