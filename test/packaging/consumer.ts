// Compiled, not run, by types.test.ts: what a user's code may rely on.
import { CircuitBreaker, type Outcome, Policy, RetryPolicy, retry, type StopReason } from "redress";
import { VirtualClock } from "redress/testing";

interface User {
  readonly name: string;
}

export async function greet(policy: Policy, fetchUser: (signal: AbortSignal) => Promise<User>): Promise<string> {
  const outcome: Outcome<User> = await policy.execute(({ signal }) => fetchUser(signal));
  if (outcome.ok) return `Hello ${outcome.value.name}, after ${outcome.attempts} attempts`;

  const reason: StopReason = outcome.stopReason;
  switch (reason) {
    case "CIRCUIT_OPEN":
      return "Come back later";
    case "ABORTED":
      return "Never mind";
    default:
      return `${reason}: ${outcome.lastClass ?? "nothing failed"}`;
  }
}

export const breaker: CircuitBreaker = new CircuitBreaker({ name: "users", failureThreshold: 3 });

export const policy: Policy = new Policy({
  retry: { maxAttempts: 4, maxRetriesPerClass: { RATE_LIMIT: 1 } },
  circuitBreaker: breaker,
  clock: new VirtualClock(),
});

const answer: number = await policy.call(() => 42);
const shout: (text: string) => Promise<string> = new RetryPolicy({ deadlineMs: 1_000 }).wrap((text: string) =>
  text.toUpperCase(),
);
const whisper: (text: string) => Promise<string> = retry({ maxAttempts: 2 })(async (text: string) => text.toLowerCase());
export const said: readonly string[] = [await shout(String(answer)), await whisper("OK")];

// @ts-expect-error: what is not an option is a compile error too
new RetryPolicy({ retries: 3 });

// @ts-expect-error: a value is there only where the outcome is ok
export const unchecked = (outcome: Outcome<User>): User => outcome.value;
