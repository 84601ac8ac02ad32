/*
 * A rate limiter as its page tells of it: everything that was ever taken is kept, and recounted by each answer. To wait is an operation of its own, as
 * that of a bulkhead; the time is one, too, so that an order says what was asked before it moved.
 */
import type { Model } from "./linearize.ts";

export interface RatePlan {
  readonly limit: number;
  readonly intervalMs: number;
  /** A bucket of this size; `null` for a window. */
  readonly burst: number | null;
  readonly maxQueue: number;
}

export type RateInput =
  | { readonly does: "time"; readonly atMs: number }
  /** `alone`: nobody waits, so that what it hears of the time to wait is exact. */
  | {
      readonly does: "ask";
      readonly who: number;
      readonly cost: number;
      readonly patienceMs: number | null;
      readonly alone: boolean;
    }
  | { readonly does: "wait" | "leave"; readonly who: number }
  | { readonly does: "release"; readonly who: number; readonly end: "unused" | "cancel" | "paused"; readonly pauseMs: number }
  | { readonly does: "release"; readonly who: number; readonly end: "success"; readonly used: number | null }
  | { readonly does: "spend"; readonly cost: number }
  | { readonly does: "reset" | "look" };

/** What it answers: a word, or a word and what belongs to it. */
export type RateOutput = string;

interface RateState {
  readonly nowMs: number;
  readonly pausedUntilMs: number;
  readonly taken: readonly { readonly who: number; readonly atMs: number; readonly cost: number }[];
  readonly line: readonly { readonly who: number; readonly cost: number }[];
}

export const rateModel = (plan: RatePlan): Model<RateState, RateInput, RateOutput> => {
  const { limit, intervalMs, burst, maxQueue } = plan;
  const left = ({ taken }: RateState, atMs: number): number => {
    if (burst === null) return taken.filter((each) => each.atMs > atMs - intervalMs).reduce((sum, { cost }) => sum - cost, limit);
    // In milliseconds until the bucket is full again.
    let missingMs = 0;
    let lastMs = 0;
    for (const each of taken) {
      missingMs = Math.max(0, missingMs - (each.atMs - lastMs)) + (each.cost * intervalMs) / limit;
      lastMs = each.atMs;
    }
    return burst - (Math.max(0, missingMs - (atMs - lastMs)) * limit) / intervalMs;
  };
  const fits = (state: RateState, atMs: number, cost: number): boolean =>
    atMs >= state.pausedUntilMs && cost <= left(state, atMs);
  const take = (state: RateState, who: number, cost: number): RateState => ({
    ...state,
    taken: [...state.taken, { who, atMs: state.nowMs, cost }],
  });
  const waitMs = (state: RateState, cost: number): number => {
    let ms = 0;
    while (!fits(state, state.nowMs + ms, cost)) ms++;
    return ms;
  };

  const ask = (state: RateState, { who, cost, patienceMs, alone }: Extract<RateInput, { does: "ask" }>): [RateState, string] => {
    if (state.line.length === 0 && fits(state, state.nowMs, cost)) return [take(state, who, cost), "admitted"];
    if (cost > (burst ?? limit)) return [state, "rejected, for ever"];
    const ms = alone ? waitMs(state, cost) : 0;
    if (state.line.length < maxQueue && (patienceMs === null || ms < patienceMs))
      return [{ ...state, line: [...state.line, { who, cost }] }, "queued"];
    return [state, alone ? `rejected, for ${ms} ms` : "rejected"];
  };

  const release = (state: RateState, input: Extract<RateInput, { does: "release" }>): RateState => {
    const { who, end } = input;
    if (end === "paused") return { ...state, pausedUntilMs: Math.max(state.pausedUntilMs, state.nowMs + input.pauseMs) };
    const held = state.taken.find((each) => each.who === who);
    const real = end === "unused" ? 0 : end === "success" ? (input.used ?? held?.cost ?? 0) : (held?.cost ?? 0);
    // What was taken before a reset is forgotten, and so is what it has really cost.
    if (held === undefined) return state;
    if (real > held.cost) return take(state, -1, real - held.cost);
    return { ...state, taken: state.taken.map((each) => (each === held ? { ...each, cost: real } : each)) };
  };

  return {
    initial: { nowMs: 0, pausedUntilMs: 0, taken: [], line: [] },
    step(state, input) {
      const { line, nowMs } = state;
      switch (input.does) {
        case "time":
          return { state: { ...state, nowMs: input.atMs }, output: "done" };
        case "ask": {
          const [next, output] = ask(state, input);
          return { state: next, output };
        }
        case "wait": {
          const [first] = line;
          if (!line.some(({ who }) => who === input.who)) return { state, output: "left" };
          if (first?.who !== input.who || !fits(state, nowMs, first.cost)) return { state, output: "not its turn" };
          return { state: take({ ...state, line: line.slice(1) }, first.who, first.cost), output: "admitted" };
        }
        case "leave": {
          const others = line.filter(({ who }) => who !== input.who);
          return { state: { ...state, line: others }, output: others.length < line.length ? "left" : "too late" };
        }
        case "release":
          return { state: release(state, input), output: "done" };
        case "spend":
          return { state: take(state, -1, input.cost), output: "done" };
        case "reset":
          return { state: { ...state, taken: [], pausedUntilMs: 0 }, output: "done" };
        case "look": {
          const [first] = line;
          const isLate = first !== undefined && fits(state, nowMs, first.cost);
          return { state, output: isLate ? "somebody waits for what is there" : lookOf(line.length, left(state, nowMs)) };
        }
      }
    },
  };
};

export const lookOf = (waiting: number, left: number): string => `${waiting} wait, ${Math.max(0, left).toFixed(6)} left`;
