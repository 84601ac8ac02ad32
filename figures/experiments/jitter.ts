/*
 * AWS Architecture Blog, "Exponential Backoff And Jitter" (2015): 100 clients write one optimistically locked row. Its simulator is public:
 * https://github.com/aws-samples/aws-arch-backoff-simulator. A hop takes |N(10 ms, 2 ms)|, base 5 ms, cap 2 s, and the first delay is
 * scaled by twice the base, as our strategies scale it too; `exponential` begins with its base, so here with 10 ms.
 */
import { constant, decorrelatedJitter, equalJitter, exponential, fullJitter, Policy, type Strategy } from "redress";
import { burst, latency, optimisticLock, simulate } from "redress/simulate";

export interface JitterFigure {
  readonly strategy: string;
  readonly calls: number;
  readonly completionMs: number;
}

/** What the simulator of the blog post gives at 100 clients, means of 100 runs. */
export const publishedJitter: readonly JitterFigure[] = [
  { strategy: "fullJitter", calls: 796, completionMs: 4_830 },
  { strategy: "equalJitter", calls: 812, completionMs: 6_760 },
  { strategy: "decorrelatedJitter", calls: 1_001, completionMs: 4_670 },
  { strategy: "exponential, no jitter", calls: 1_856, completionMs: 63_100 },
  { strategy: "no delay", calls: 2_421, completionMs: 2_030 },
];

const range = { baseMs: 5, maxMs: 2_000 };
const strategies: readonly Strategy[] = [
  fullJitter(range),
  equalJitter(range),
  decorrelatedJitter(range),
  exponential({ baseMs: 10, maxMs: 2_000, jitterRatio: 0 }),
  constant(0),
];

/** Means over so many runs, in the order of what was published. */
export function jitterFigures(clients = 100, runs = 100): readonly JitterFigure[] {
  const scenario = {
    name: "one row",
    arrivals: burst({ calls: clients }),
    dependency: optimisticLock({ hopMs: latency.normal({ meanMs: 10, deviationMs: 2 }) }),
    durationMs: Infinity,
  };
  return strategies.map((strategy, index) => {
    const policy = new Policy({ retry: { strategy, maxAttempts: Infinity, deadlineMs: Infinity } });
    const reports = Array.from({ length: runs }, (_, run) => simulate(policy, scenario, { clients, seed: run + 1 }));
    const mean = (of: (report: (typeof reports)[number]) => number): number =>
      reports.reduce((sum, report) => sum + of(report), 0) / runs;
    return {
      strategy: publishedJitter[index]?.strategy ?? "",
      calls: mean(({ attempts }) => attempts),
      completionMs: mean(({ durationMs }) => durationMs),
    };
  });
}
