/* What runs in the process of a worker. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AttemptInfo,
  CircuitOpenError,
  PermanentError,
  Policy,
  type PolicyOptions,
  TransientError,
  unlimited,
} from "redress";
import { write } from "./log.ts";
import { CIRCUIT_MS, DELAYS_MS, MAX_ATTEMPTS, type Payload, scriptOf } from "./scripts.ts";

/** How long an invocation takes, so that a worker that is killed has some under way. */
const TAKES_MS = 40;

/** The policy that all workers run their jobs under, with what the integration's test wants of its own. */
export const jobPolicy = (more: Omit<PolicyOptions<never, unknown>, "retry"> = {}): Policy =>
  new Policy({
    retry: {
      maxAttempts: MAX_ATTEMPTS,
      maxUnknownRetries: MAX_ATTEMPTS,
      deadlineMs: 600_000,
      strategy: ({ attempt }) => DELAYS_MS[Math.min(attempt, DELAYS_MS.length) - 1] as number,
      // The jobs all fail by script: nobody is to be spared.
      budget: unlimited,
    },
    ...more,
  }) as Policy;

/** What a worker's handler does: what the job's script says. */
export async function operate({ index }: Payload, { attempt }: Pick<AttemptInfo, "attempt">): Promise<string> {
  write("began", index, attempt);
  await sleep(TAKES_MS);
  const { kind, failsUpTo } = scriptOf(index);
  const isOk = attempt > failsUpTo;
  write("ended", index, attempt, isOk);
  if (isOk) return `value of ${index}`;
  if (kind === "permanent") throw new PermanentError("no such order");
  if (kind === "open circuit") throw new CircuitOpenError({ breaker: "further in", state: "open", retryAfterMs: CIRCUIT_MS });
  throw new TransientError("connection refused");
}

/** A worker must not outlive the test, however that ends. */
export function endWithParent(): void {
  process.stdin.on("end", () => process.exit(1)).resume();
}

/** Says that the worker takes jobs. */
export function ready(): void {
  console.log("ready");
}
