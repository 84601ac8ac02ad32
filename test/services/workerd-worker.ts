/* The worker that workerd runs: policies at module level, as a worker has them, and one path for each way of using them. */
import { CircuitBreaker, constant, Policy, RetryPolicy, TransientError, unlimited } from "redress";

// Evaluated in the global scope, where Workers allow neither timers nor requests.
const bounded = new Policy({
  retry: { deadlineMs: 150, attemptTimeoutMs: 10_000, maxAttempts: 1 },
  circuitBreaker: { failureThreshold: 1_000 },
});
const impatient = new RetryPolicy({
  deadlineMs: 10_000,
  attemptTimeoutMs: 100,
  maxAttempts: 2,
  strategy: constant(1),
  budget: unlimited,
});
const patient = new Policy({ retry: { deadlineMs: 20_000, attemptTimeoutMs: 15_000, strategy: constant(20) } });
const breaker = new CircuitBreaker({ name: "outer" });

interface Env {
  /** Never answers. */
  readonly HANGING: { fetch(url: string, init?: RequestInit): Promise<Response> };
}

const hang = (): Promise<never> => new Promise(() => {});
const after = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(resolve, ms, "value"));
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));
const stopOf = async (execution: ReturnType<Policy["execute"]>): Promise<string> => {
  const outcome = await execution;
  return outcome.ok ? String(outcome.value) : `${outcome.stopReason} ${nameOf(outcome.lastError)} ${outcome.attempts}`;
};

const PATHS: Readonly<Record<string, (env: Env) => Promise<string>>> = {
  "/value": () => stopOf(patient.execute(async () => "value")),
  "/deadline": () => stopOf(bounded.execute(hang)),
  "/timeout": () => stopOf(impatient.execute(hang)),
  "/delay": () => {
    let attempts = 0;
    return stopOf(
      patient.execute(async () => {
        if (++attempts < 3) throw new TransientError();
        return "value";
      }),
    );
  },
  "/slow": () => stopOf(patient.execute(() => after(400))),
  "/fetch-deadline": (env) => stopOf(bounded.execute(({ signal }) => env.HANGING.fetch("http://hanging/", { signal }))),
  "/fetch-timeout": (env) => stopOf(impatient.execute(({ signal }) => env.HANGING.fetch("http://hanging/", { signal }))),
  "/abort": () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 50);
    return stopOf(patient.execute(hang, { signal: controller.signal }));
  },
  "/immediate": () => {
    const eager = new Policy({
      retry: { strategy: constant(0), deadlineMs: 5_000, maxAttempts: Infinity, maxUnknownRetries: Infinity },
      budget: unlimited,
    });
    let isOver = false;
    setTimeout(() => (isOver = true), 5);
    return stopOf(eager.execute(async () => (isOver ? "value" : Promise.reject(new Error("not yet")))));
  },
  "/breaker": () => breaker.call(() => after(5)),
};

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const run = PATHS[new URL(request.url).pathname];
    return run === undefined ? new Response("no such path", { status: 404 }) : new Response(await run(env));
  },
};
