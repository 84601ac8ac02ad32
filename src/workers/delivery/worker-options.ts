import { aFunction, finiteFrom, type OptionTable, oneOf, zeroOrMore } from "../../clients/options/index.ts";

/** What workers of all queues have in common. */
export interface WorkerOptions {
  /**
   * The longest delay that the worker sleeps through itself, in milliseconds, >= 0: it holds its place meanwhile. A longer one puts the job off. With 0, all do.
   * @default 0
   */
  readonly sleepUpToMs?: number | undefined;
  /**
   * How long a job is put off where a circuit or a limiter has rejected it and does not say when to come back, as one that is held open by hand; and the least where the
   * retry budget is spent: in milliseconds, >= 0.
   * @default 30_000
   */
  readonly rejectedDelayMs?: number | undefined;
  /**
   * What becomes of a job whose progress is none, because somebody has changed it or a newer version has written it: `"fail"` ends it for good, with that as its
   * reason; `"restart"` begins anew. @default "fail"
   */
  readonly otherwise?: "fail" | "restart" | undefined;
  /** Chance, 0 <= n < 1, by which jobs that a circuit has put off do not all come back at once. @default Math.random */
  readonly random?: (() => number) | undefined;
}

export const workerRules: OptionTable<keyof WorkerOptions>["rules"] = {
  sleepUpToMs: zeroOrMore,
  rejectedDelayMs: finiteFrom(0),
  otherwise: oneOf(["fail", "restart"]),
  random: aFunction,
};
