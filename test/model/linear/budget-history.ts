/*
 * A retry budget in use by calls at the same time. A retry is asked for where an attempt fails, and answered where the call tells of the retry, or ends
 * without: in between, others fail, succeed, are aborted, and take from the budget by hand, some of it in the hooks of calls.
 */
import type { ErrorClass, RetryBudget } from "redress";
import type { Chance } from "../chance.ts";
import type { Library } from "../library.ts";
import type { BudgetInput, BudgetOutput } from "./budget-models.ts";
import { leftOver } from "./budget-models.ts";
import { History } from "./linearize.ts";
import type { TimedClock } from "./timed-clock.ts";

type BudgetHistory = History<BudgetInput, BudgetOutput>;

class Failed extends Error {
  readonly errorClass: ErrorClass;
  readonly timeout: boolean;

  constructor(errorClass: ErrorClass, timeout: boolean) {
    super(errorClass);
    this.errorClass = errorClass;
    this.timeout = timeout;
  }
}

/** An attempt that has not ended. */
interface Running {
  readonly who: number;
  readonly end: (failed: Failed | null) => void;
}

export async function useBudget(
  lib: Pick<Library, "Policy">,
  budget: RetryBudget,
  clock: TimedClock,
  chance: Chance,
  most: number,
): Promise<BudgetHistory> {
  const history: BudgetHistory = new History();
  const running: Running[] = [];
  const controllers = new Map<number, AbortController>();
  /** What a call has asked for, and has not heard of. */
  const asked = new Map<number, (output: BudgetOutput) => void>();
  let calls = 0;
  let left = most;
  const hears = (who: number, output: BudgetOutput): void => {
    asked.get(who)?.(output);
    asked.delete(who);
  };
  clock.moved = (atMs) => history.invoke({ does: "time", atMs })("done");

  const policy = new lib.Policy({
    retry: {
      maxAttempts: 1_000,
      deadlineMs: Infinity,
      strategy: () => chance.pick([0, 0, 2]),
      classifier: (error) => (error instanceof Failed ? { errorClass: error.errorClass, timeout: error.timeout } : "UNKNOWN"),
      budget,
    },
    clock,
  });

  const begin = (): void => {
    const who = calls++;
    const controller = new AbortController();
    controllers.set(who, controller);
    const attempt = (): Promise<number> =>
      new Promise((resolve, reject) => {
        running.push({ who, end: (failed) => (failed === null ? resolve(who) : reject(failed)) });
        if (chance.flip(0.2)) act();
      });
    const onMetric = (event: string): void => {
      if (event === "retry") hears(who, "allowed");
      if (chance.flip(0.3)) act();
    };
    void policy.execute(attempt, { signal: controller.signal, onMetric }).then((outcome) => {
      controllers.delete(who);
      if (outcome.ok) hears(who, "done");
      else if (outcome.stopReason === "BUDGET_EXHAUSTED") hears(who, "refused");
      // Of one that was aborted nobody knows whether it has asked.
      if (chance.flip(0.3)) act();
    });
  };

  const end = (): void => {
    const [{ who, end: ends }] = running.splice(chance.below(running.length), 1) as [Running];
    // One that was aborted before may be over; of one that is aborted in this turn, either may come first.
    const isUnderWay = controllers.has(who);
    if (chance.flip(0.3)) {
      if (isUnderWay) asked.set(who, history.invoke({ does: "success", who }));
      ends(null);
      return;
    }
    const failed = new Failed(chance.pick(["TRANSIENT", "SERVER_ERROR", "RATE_LIMIT"]), chance.flip(0.3));
    if (isUnderWay) asked.set(who, history.invoke({ does: "retry", who, after: failed.errorClass, timeout: failed.timeout }));
    ends(failed);
  };

  const act = (): void => {
    if (left-- <= 0) return;
    const does = chance.below(12);
    if (does === 0) {
      const cost = chance.pick([0.5, 1, 1.5, 2]);
      const answered = history.invoke({ does: "consume", cost });
      answered(budget.consume(cost) ? "allowed" : "refused");
    } else if (does === 1 && controllers.size > 0) chance.pick([...controllers.values()]).abort();
    else if (does <= 8 && running.length > 0) end();
    else begin();
  };

  while (left > 0) {
    if (chance.flip(0.3)) clock.sleepSync(chance.pick([1, 5]));
    const { ready } = clock;
    if (ready > 0 && chance.flip(0.5)) clock.ring(chance.below(ready), chance.flip(0.2) ? 3 : 0);
    else act();
    if (chance.flip(0.5)) await settled();
    history.invoke({ does: "look" })(leftOver(budget.remaining()));
  }
  await settled();
  // What was not heard of by now waits, or was cut: nothing goes on behind the history.
  for (const controller of controllers.values()) controller.abort();
  return history;
}

const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
