/*
 * What is left of calls on every platform: timers that were set and neither rang nor were put away, and the heap, where a program may collect garbage and see it. Both are
 * counted here, in the same way everywhere; `plants` leaves something on purpose, to show that the counting finds it.
 */

interface Platform {
  readonly gc?: () => void;
  readonly Bun?: { gc(synchronously: boolean): void };
  readonly Deno?: { memoryUsage(): { readonly heapUsed: number } };
  readonly process?: { memoryUsage?(): { readonly heapUsed: number } };
  readonly performance: { readonly memory?: { readonly usedJSHeapSize: number } };
}

/** `bytesPerCall` is `null` where the platform does not tell of its heap, or collects when it likes. */
export interface Left {
  /** Those that a process would stay for. */
  readonly timers: number;
  /** On Node, the timers that calls share stay set between them, and no process stays for them: a few of each policy, however many calls it has had. */
  readonly resting: number;
  readonly bytesPerCall: number | null;
}

const CALLS = 500;
const ROUNDS = 8;
/** The engine's own memory comes and goes, while a leak is there again with every series of rounds: the least of them counts. */
const SERIES = 3;

export async function leftScenario(plants: boolean): Promise<Left> {
  const timers = countTimers();
  // Only now, so that it sees the timers that are counted.
  const { Bulkhead, CircuitBreaker, constant, Hedge, Policy, TransientError, unlimited } = await import("redress");
  const policy = new Policy({
    retry: { budget: unlimited, strategy: constant(0), attemptTimeoutMs: 30_000, deadlineMs: 60_000 },
    hedge: new Hedge({ delayMs: 20_000, loadRatio: 1 }),
    circuitBreaker: new CircuitBreaker({ failureThreshold: CALLS * ROUNDS }),
    limiter: new Bulkhead({ maxConcurrent: CALLS / 5, maxQueue: CALLS, queueTimeoutMs: 30_000 }),
  });
  const { signal } = new AbortController();
  const kept: unknown[] = [];
  const round = async (): Promise<void> => {
    const calls = Array.from({ length: CALLS }, (_, index) =>
      policy.execute(
        async ({ attempt }) => {
          await Promise.resolve();
          if (attempt === 1 && index % 3 === 0) throw new TransientError("again");
          return Array.from({ length: 10 }, () => index);
        },
        { signal },
      ),
    );
    for (const outcome of await Promise.all(calls)) if (plants) kept.push(outcome);
  };
  const series = async (): Promise<number | null> => {
    for (let i = 0; i < ROUNDS; i++) await round();
    return heapUsed();
  };
  let before = await series();
  let least: number | null = null;
  for (let i = 0; i < SERIES; i++) {
    const after = await series();
    if (before !== null && after !== null) least = Math.min(least ?? Infinity, after - before);
    before = after;
  }
  if (plants) setTimeout(() => kept.splice(0), 3_000);
  await policy.idle();
  const resting = [...timers].filter((timer) => (timer as { hasRef?(): boolean }).hasRef?.() === false).length;
  const left = {
    timers: timers.size - resting,
    resting,
    bytesPerCall: least === null ? null : least / (CALLS * ROUNDS),
  };
  if (kept.length > CALLS * ROUNDS * (1 + SERIES)) throw new Error("More was kept than there were calls.");
  return left;
}

/** Those of the platform that have been set, and have neither rung nor been cleared. */
function countTimers(): ReadonlySet<unknown> {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const open = new Set<unknown>();
  const counted = (ring: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): unknown => {
    const timer: unknown = set(() => {
      open.delete(timer);
      ring(...args);
    }, ms);
    open.add(timer);
    return timer;
  };
  const cleared = (timer: never): void => {
    open.delete(timer);
    clear(timer);
  };
  Object.assign(globalThis, { setTimeout: counted, clearTimeout: cleared });
  return open;
}

/** After garbage was collected as often as makes it smaller. */
async function heapUsed(): Promise<number | null> {
  const { gc, Bun, Deno, process, performance } = globalThis as unknown as Platform;
  const collect = Bun === undefined ? gc : () => Bun.gc(true);
  const used = (): number | undefined =>
    Deno?.memoryUsage().heapUsed ?? process?.memoryUsage?.().heapUsed ?? performance.memory?.usedJSHeapSize;
  if (collect === undefined || used() === undefined) return null;
  let least = Infinity;
  for (let i = 0; i < 6; i++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    least = Math.min(least, used() ?? Infinity);
  }
  return least;
}
