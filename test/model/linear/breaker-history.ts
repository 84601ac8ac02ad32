/* A breaker in use: calls that ask and report, late ones among them, and an observer of its changes that does something itself, within the change. */
import type { BreakerDecision, CircuitBreaker } from "redress";
import type { Chance } from "../chance.ts";
import { History, type Model } from "./linearize.ts";

export const BREAKER = {
  failureThreshold: 2,
  recoveryTimeoutMs: 10,
  windowMs: 1_000,
  halfOpenMaxCalls: 1,
  successThreshold: 1,
} as const;

export interface BreakerInput {
  readonly does: "allow" | "succeed" | "fail" | "cancel" | "trip" | "reset" | "look";
  readonly who: number;
  readonly atMs: number;
}
/** Of a look, the state; of a question, whether the call was admitted. */
export type BreakerOutput = string;

interface BreakerState {
  readonly is: "closed" | "open" | "half_open";
  readonly failures: number;
  readonly openedAtMs: number;
  readonly held: boolean;
  /** Who was admitted in this state, and has not reported. */
  readonly admitted: readonly number[];
}

const CLOSED: BreakerState = { is: "closed", failures: 0, openedAtMs: 0, held: false, admitted: [] };
const openedAt = (openedAtMs: number, held: boolean): BreakerState => ({ ...CLOSED, is: "open", openedAtMs, held });

export const breakerModel: Model<BreakerState, BreakerInput, BreakerOutput> = {
  initial: CLOSED,
  step(state, { does, who, atMs }) {
    const isCurrent = state.admitted.includes(who);
    const without = { ...state, admitted: state.admitted.filter((other) => other !== who) };
    switch (does) {
      case "look":
        return { state, output: state.is };
      case "trip":
        return { state: openedAt(atMs, true), output: "done" };
      case "reset":
        return { state: CLOSED, output: "done" };
      case "allow": {
        const recovered = state.is === "open" && !state.held && atMs - state.openedAtMs >= BREAKER.recoveryTimeoutMs;
        const now: BreakerState = recovered ? { ...CLOSED, is: "half_open" } : state;
        const hasRoom = now.is === "closed" || (now.is === "half_open" && now.admitted.length < BREAKER.halfOpenMaxCalls);
        return hasRoom
          ? { state: { ...now, admitted: [...now.admitted, who] }, output: "admitted" }
          : { state: now, output: "rejected" };
      }
      case "succeed":
        return { state: isCurrent && state.is === "half_open" ? CLOSED : without, output: "done" };
      case "cancel":
        return { state: without, output: "done" };
      case "fail": {
        if (!isCurrent) return { state, output: "done" };
        const failures = state.failures + 1;
        const opens = state.is === "half_open" || failures >= BREAKER.failureThreshold;
        return { state: opens ? openedAt(atMs, false) : { ...without, failures }, output: "done" };
      }
    }
  },
};

/** @param listen lets somebody hear of each change of state */
export function useBreaker(
  breaker: Pick<CircuitBreaker, "allow" | "recordSuccess" | "recordFailure" | "recordCancel" | "trip" | "reset" | "state">,
  listen: (changed: () => void) => void,
  clock: { now(): number; sleepSync(ms: number): void },
  chance: Chance,
  most: number,
): History<BreakerInput, BreakerOutput> {
  const history = new History<BreakerInput, BreakerOutput>();
  const out: { readonly who: number; readonly permit: NonNullable<BreakerDecision["permit"]> }[] = [];
  let asked = 0;
  let left = most;
  const record = (does: BreakerInput["does"], who: number, run: () => BreakerOutput): void => {
    const answered = history.invoke({ does, who, atMs: clock.now() });
    answered(run());
  };
  const done = (run: () => void) => (): BreakerOutput => {
    run();
    return "done";
  };

  const act = (): void => {
    if (left-- <= 0) return;
    const does = chance.below(10);
    if (does === 0)
      record(
        "trip",
        -1,
        done(() => breaker.trip()),
      );
    else if (does === 1)
      record(
        "reset",
        -1,
        done(() => breaker.reset()),
      );
    else if (does === 2) record("look", -1, () => breaker.state);
    else if (does <= 5 || out.length === 0) {
      const who = asked++;
      record("allow", who, () => {
        const { permit } = breaker.allow();
        if (permit !== null) out.push({ who, permit });
        return permit === null ? "rejected" : "admitted";
      });
    } else {
      const [{ who, permit }] = out.splice(chance.below(out.length), 1) as [(typeof out)[number]];
      if (does <= 7)
        record(
          "fail",
          who,
          done(() => breaker.recordFailure("TRANSIENT", permit)),
        );
      else if (does === 8)
        record(
          "succeed",
          who,
          done(() => breaker.recordSuccess(permit)),
        );
      else
        record(
          "cancel",
          who,
          done(() => breaker.recordCancel(permit)),
        );
    }
  };

  let isWithin = false;
  listen(() => {
    // One thing for each change: what an observer does may be a change itself, whose observer does nothing more.
    if (isWithin || !chance.flip(0.7)) return;
    isWithin = true;
    act();
    isWithin = false;
  });
  while (left > 0) {
    if (chance.flip(0.3)) clock.sleepSync(chance.pick([5, 10]));
    act();
  }
  return history;
}
