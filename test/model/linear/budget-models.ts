/* The retry budgets as their docs tell of them. A retry is asked for after a failure, or at a cost that is named; amounts have no rounding: halves. */
import type { ErrorClass } from "redress";
import type { Model } from "./linearize.ts";

export type BudgetInput =
  | { readonly does: "time"; readonly atMs: number }
  | { readonly does: "retry"; readonly who: number; readonly after: ErrorClass; readonly timeout: boolean }
  | { readonly does: "consume"; readonly cost: number }
  | { readonly does: "success"; readonly who: number }
  | { readonly does: "look" };

/** Whether it is allowed, or what is left. */
export type BudgetOutput = string;

interface Answer<State> {
  readonly state: State;
  readonly output: BudgetOutput;
}
const answer = <State>(before: State, isAllowed: boolean, after: State): Answer<State> =>
  isAllowed ? { state: after, output: "allowed" } : { state: before, output: "refused" };
const look = <State>(state: State, left: number): Answer<State> => ({ state, output: leftOver(left) });

export const leftOver = (left: number): string => `${left} left`;

interface RollingState {
  readonly nowMs: number;
  readonly taken: readonly { readonly atMs: number; readonly cost: number }[];
}

/** Everything that was ever taken, and of that what is younger than the window. */
export const rollingModel = (maxRetries: number, windowMs: number): Model<RollingState, BudgetInput, BudgetOutput> => ({
  initial: { nowMs: 0, taken: [] },
  step(state, input) {
    const { nowMs, taken } = state;
    const left = taken.filter(({ atMs }) => atMs > nowMs - windowMs).reduce((sum, { cost }) => sum - cost, maxRetries);
    if (input.does === "time") return { state: { ...state, nowMs: input.atMs }, output: "done" };
    if (input.does === "success") return { state, output: "done" };
    if (input.does === "look") return look(state, left);
    const cost = input.does === "consume" ? input.cost : 1;
    return answer(state, cost <= left, { ...state, taken: [...taken, { atMs: nowMs, cost }] });
  },
});

export interface TokenPlan {
  readonly capacity: number;
  readonly retryCost: number;
  readonly successRefund: number;
  readonly classCosts: Readonly<Partial<Record<ErrorClass, number>>>;
}

export const tokenModel = ({
  capacity,
  retryCost,
  successRefund,
  classCosts,
}: TokenPlan): Model<number, BudgetInput, BudgetOutput> => ({
  initial: capacity,
  step(tokens, input) {
    if (input.does === "time") return { state: tokens, output: "done" };
    if (input.does === "success") return { state: Math.min(capacity, tokens + successRefund), output: "done" };
    if (input.does === "look") return look(tokens, tokens);
    const cost = input.does === "consume" ? input.cost : (classCosts[input.after] ?? retryCost);
    return answer(tokens, cost <= tokens, tokens - cost);
  },
});

export interface ThrottlePlan {
  readonly capacity: number;
  readonly timeoutCapacity: number;
  readonly successRefund: number;
}

interface ThrottleState {
  readonly failures: number;
  readonly timeouts: number;
}

/** Failures are counted whether a retry is made or not. */
export const throttleModel = ({
  capacity,
  timeoutCapacity,
  successRefund,
}: ThrottlePlan): Model<ThrottleState, BudgetInput, BudgetOutput> => ({
  initial: { failures: 0, timeouts: 0 },
  step(state, input) {
    const { failures, timeouts } = state;
    const forTimeouts = capacity - failures - capacity / 10;
    if (input.does === "time") return { state, output: "done" };
    if (input.does === "look") return look(state, Math.max(0, Math.min(forTimeouts, timeoutCapacity - timeouts)));
    if (input.does === "success") {
      const less = (count: number): number => Math.max(0, count - successRefund);
      return { state: { failures: less(failures), timeouts: less(timeouts) }, output: "done" };
    }
    const cost = input.does === "consume" ? input.cost : 1;
    if (input.does === "retry" && input.timeout) {
      const counted = timeouts + cost;
      const isAllowed = counted <= timeoutCapacity && forTimeouts >= 0;
      const after = { failures, timeouts: Math.min(2 * timeoutCapacity, counted) };
      return answer(after, isAllowed, after);
    }
    const counted = failures + cost;
    const after = { failures: Math.min(capacity, counted), timeouts };
    return answer(after, counted <= capacity && timeouts <= timeoutCapacity, after);
  },
});
