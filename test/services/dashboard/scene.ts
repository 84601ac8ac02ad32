/* Policies in different states: an open circuit, a drained budget, a busy limiter, hedges, and names that mean harm. */
import {
  Bulkhead,
  CircuitBreaker,
  Hedge,
  keyed,
  Policy,
  RateLimiter,
  RetryThrottle,
  ServerError,
  TokenBudget,
  TransientError,
} from "redress";
import { Registry } from "redress/registry";

const HOSTILE = `"><img src=x onerror="document.title='harmed'"><script>document.title='harmed'</script>{{TITLE}}$&`;

interface Scene {
  readonly registry: Registry;
  readonly users: Policy;
  readonly breaker: CircuitBreaker;
  /** Lets the calls end that are in flight. */
  end(): Promise<void>;
}

const fail = (): never => {
  throw new ServerError("down");
};

const flaky = (every: number) => {
  let turn = 0;
  return () => {
    turn++;
    if (turn % every === 0) throw new TransientError();
    return turn;
  };
};

async function scene(): Promise<Scene> {
  const registry = new Registry();
  const breaker = new CircuitBreaker({ name: "users-db", failureThreshold: 4, recoveryTimeoutMs: 600_000 });
  const strategy = () => 0;
  const users = registry.add(
    new Policy({
      operation: "load_user",
      retry: { maxAttempts: 3, strategy },
      circuitBreaker: breaker,
      fallback: { on: ["LIMITED"], use: () => 0 },
    }),
  );
  registry.add(new Policy({ operation: "save_user", retry: { strategy }, circuitBreaker: breaker }));
  const some = flaky(9);
  for (let i = 0; i < 180; i++) users.executeSync(some);
  breaker.trip();
  breaker.reset();
  for (let i = 0; i < 12; i++) users.executeSync(fail);

  const drained = registry.add(
    new Policy({ operation: "charge_card", retry: { maxAttempts: 4, strategy }, budget: new TokenBudget({ capacity: 10 }) }),
  );
  for (let i = 0; i < 9; i++) drained.executeSync(fail);

  const places = new Bulkhead({ name: "reports", maxConcurrent: 4, maxQueue: 10 });
  const rate = new RateLimiter({ name: "maps-api", limit: 50, intervalMs: 60_000 });
  const reports = registry.add(new Policy({ operation: "build_report", limiter: [rate, places] }));
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const building = Array.from({ length: 7 }, () => reports.call(() => finished));

  const search = registry.add(
    new Policy({
      operation: "search",
      retry: { maxAttempts: 3 },
      hedge: new Hedge({ delayMs: 1, loadRatio: 1 }),
      budget: new RetryThrottle({ capacity: 100, timeoutCapacity: 20 }),
    }),
  );
  for (let i = 0; i < 4; i++)
    await search.call(({ hedge }) => new Promise((resolve) => setTimeout(resolve, hedge || i === 0 ? 1 : 40)));

  registry
    .add(keyed({ operation: "tenants", retry: {}, circuitBreaker: {} }))
    .for("acme")
    .callSync(() => 1);
  registry.add(
    new Policy({ retry: {}, circuitBreaker: { name: HOSTILE }, limiter: new Bulkhead({ name: HOSTILE, maxConcurrent: 1 }) }),
    {
      name: HOSTILE,
    },
  );
  await new Promise(setImmediate);
  return {
    registry,
    users,
    breaker,
    async end() {
      finish();
      await Promise.all(building);
    },
  };
}

export { HOSTILE, type Scene, scene };
