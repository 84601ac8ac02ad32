/* One call that meets a fault: what the client was asked, what came of it, and what the server saw. */
import { constant, Policy, retryAfterOr, unlimited } from "redress";
import type { Got, MakeClient } from "./client-under-test.ts";
import type { Fault } from "./fault.ts";
import type { Arrival, FaultProxy } from "./fault-proxy.ts";

export const MAX_ATTEMPTS = 3;

/** Longer than every bound of the policies below: who has not settled by then never will. */
const PATIENCE_MS = 12_000;

export type Way = "GET" | "POST" | "POST with a key";

export const WAYS: readonly Way[] = ["GET", "POST", "POST with a key"];

export interface Plan {
  readonly fault: Fault;
  readonly way: Way;
  /** How often the fault is met before the server is well. @default always */
  readonly fails?: number;
  /** When the caller leaves, in milliseconds. @default never */
  readonly leavesMs?: number;
  /** The caller leaves early, before anything else has ended the call. */
  readonly early?: true;
  /** Awaited by nobody; called when the policy is about to wait before a retry. */
  readonly beforeRetry?: () => void;
  /** How long the call may take to settle. @default PATIENCE_MS */
  readonly patienceMs?: number | undefined;
}

export interface Meeting extends Plan {
  readonly settled: boolean;
  readonly got?: Got | undefined;
  readonly error?: unknown;
  /** Whether `close` has settled. */
  readonly closed: boolean;
  readonly attempts: number;
  readonly path: string;
  readonly body: string;
  readonly key: string;
  readonly arrivals: readonly Arrival[];
  readonly connections: number;
}

let calls = 0;

export async function meet(proxy: FaultProxy, make: MakeClient, plan: Plan): Promise<Meeting> {
  const { fault, way, fails, leavesMs, patienceMs = PATIENCE_MS } = plan;
  const id = String(++calls);
  const count = { attempts: 0 };
  const client = await make(policyOf(plan, count));
  const caller = new AbortController();
  const request = (url: string, asWay: Way) => client.request({ url, signal: caller.signal, ...asked(asWay) });
  const key = `key-${id}`;
  const body = `body of ${id} ${"x".repeat(fault.atHead ? 1_000_000 : 1_000)}`;
  const asked = (asWay: Way) =>
    asWay === "GET"
      ? ({ method: "GET" } as const)
      : { method: "POST" as const, body, ...(asWay !== "POST" && { idempotencyKey: key }) };

  if (fault.primed) {
    await request(`${proxy.origin}/ok/before-${id}`, "GET");
    // Until the connection is back in the client's pool.
    await new Promise((back) => setTimeout(back, 10));
  }
  count.attempts = 0;
  const connectionsBefore = proxy.connectionsTo(fault);
  const leave = leavesMs === undefined ? undefined : setTimeout(() => caller.abort(new Error("The caller has left.")), leavesMs);
  const end = await settledBy(request(proxy.urlOf(fault, id, fails), way), patienceMs);
  clearTimeout(leave);
  const { attempts } = count;
  if (!end.settled) caller.abort();
  const closed = await settledBy(Promise.resolve(client.close?.()), patienceMs);
  const path = `/${fault.name}/${id}`;
  const connections = proxy.connectionsTo(fault) - connectionsBefore;
  return { ...plan, ...end, closed: closed.settled, attempts, path, body, key, arrivals: proxy.arrivals(path), connections };
}

/** Bounds that are short where a fault is ended by nothing else, and otherwise so long that no busy machine meets them. */
function policyOf({ fault, early, beforeRetry }: Plan, count: { attempts: number }): Policy {
  const short = fault.stalls && !early;
  return new Policy({
    retry: {
      maxAttempts: MAX_ATTEMPTS,
      strategy: retryAfterOr(constant(beforeRetry ? 50 : 1), { jitterMs: 0 }),
      beforeSleep: beforeRetry,
      attemptTimeoutMs: short ? 100 : 5_000,
      deadlineMs: short ? 2_000 : 10_000,
      budget: unlimited,
    },
    hooks: { onAttemptStart: () => void count.attempts++ },
  });
}

interface End<T> {
  readonly settled: boolean;
  readonly got?: T;
  readonly error?: unknown;
}

function settledBy<T>(promise: Promise<T>, patienceMs: number): Promise<End<T>> {
  return new Promise((ended) => {
    const timer = setTimeout(() => ended({ settled: false }), patienceMs);
    const end = (how: End<T>): void => {
      clearTimeout(timer);
      ended(how);
    };
    promise.then(
      (got) => end({ settled: true, got }),
      (error: unknown) => end({ settled: true, error }),
    );
  });
}
