/* The same calls for every backend: what ends well, is recovered, falls back, is expected to stop, fails, and a mistake in a policy; with secrets in all that is sent, returned and thrown. */
import { CircuitBreaker, constant, type Hooks, type OnHookError, PermanentError, Policy, TransientError } from "redress";

/** In messages, URLs, bodies and answers. Nothing that tells of calls may hold it. */
export const SECRET = "canary-4711";

class LeakyError extends TransientError {
  readonly url = `https://user:${SECRET}@example.org/?token=${SECRET}`;
  readonly body = { card: SECRET };
}

export interface Made {
  readonly failed: readonly unknown[];
}

/** Makes seven calls, of which three have failed: with two errors of the operation, and one mistake of the policy. */
export async function makeCalls(hooks: Hooks, onHookError?: OnHookError): Promise<Made> {
  const shared = { hooks, ...(onHookError && { onHookError }) };
  const retry = { strategy: constant(1), maxAttempts: 3 };
  const fails = (times: number, error: () => unknown = () => new LeakyError(`refused by ${SECRET}`)) => {
    let left = times;
    return async (): Promise<string> => {
      if (left-- > 0) throw error();
      return `value of ${SECRET}`;
    };
  };
  const failed: unknown[] = [];
  const keep = (error: unknown): void => void failed.push(error);

  await new Policy({ operation: "plain", ...shared }).call(fails(0));
  await new Policy({ operation: "recovered", retry, ...shared }).call(fails(1));
  await new Policy({ operation: "covered", retry, fallback: () => SECRET, ...shared }).call(fails(9));
  const circuitBreaker = new CircuitBreaker({ name: "db", failureThreshold: 1 });
  const broken = new Policy({ operation: "broken", retry, circuitBreaker, ...shared });
  await broken.call(fails(9)).catch(keep);
  await broken.call(fails(9)).catch(() => {});
  await new Policy({ operation: "refused", retry, ...shared }).call(fails(9, () => new PermanentError(SECRET))).catch(keep);
  const strategy = (): number => {
    throw new RangeError(SECRET);
  };
  await new Policy({ operation: "mistaken", retry: { strategy }, ...shared }).call(fails(9)).catch(keep);
  return { failed };
}
