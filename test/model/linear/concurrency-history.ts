/*
 * An adaptive limit on concurrency in use: functions that are run through it and end when the schedule says so, some of them cut by their callers, and
 * permits that are taken and given back by hand, within the functions and behind them.
 */
import type { AdaptiveConcurrency, LimitPermit } from "redress";
import type { Chance } from "../chance.ts";
import { type ConcurrencyInput, type ConcurrencyOutput, type PlaceEnd, placesLook } from "./concurrency-model.ts";
import { History } from "./linearize.ts";
import type { TimedClock } from "./timed-clock.ts";

type ConcurrencyHistory = History<ConcurrencyInput, ConcurrencyOutput>;

/** A function that has not ended. */
interface Running {
  readonly who: number;
  readonly controller: AbortController;
  readonly end: (error: Error | null) => void;
}

const ENDS = {
  success: "success",
  refused: { errorClass: "RATE_LIMIT" },
  permanent: { errorClass: "PERMANENT" },
  cancel: "cancel",
  unused: "unused",
} as const;
const ERRORS = { refused: 429, permanent: 404 } as const;

export async function useConcurrency(
  limiter: AdaptiveConcurrency,
  clock: TimedClock,
  chance: Chance,
  most: number,
): Promise<ConcurrencyHistory> {
  const history: ConcurrencyHistory = new History();
  const held = new Map<number, LimitPermit>();
  const running: Running[] = [];
  /** Who hears that a place is given back. */
  const given = new Map<number, (output: ConcurrencyOutput) => void>();
  let asked = 0;
  let left = most;

  const run = (): void => {
    const who = asked++;
    const controller = new AbortController();
    const answered = history.invoke({ does: "ask", who, share: 1 });
    let isInside = false;
    const work = (): Promise<void> => {
      isInside = true;
      answered("admitted");
      return new Promise((resolve, reject) => {
        const end = (error: Error | null): void => (error === null ? resolve() : reject(error));
        running.push({ who, controller, end });
        if (chance.flip(0.3)) act();
      });
    };
    const settled = (): void => {
      if (isInside) given.get(who)?.("done");
      else answered("rejected");
      if (chance.flip(0.3)) act();
    };
    limiter.run(work, { signal: controller.signal }).then(settled, settled);
  };

  /** A function ends by itself, or its caller has gone. */
  const end = (): void => {
    const [{ who, controller, end: ends }] = running.splice(chance.below(running.length), 1) as [Running];
    const how = chance.pick(["success", "success", "refused", "permanent", "cancel"] as const);
    given.set(who, history.invoke({ does: "release", who, end: how }));
    if (how === "cancel") controller.abort();
    else ends(how === "success" ? null : Object.assign(new Error(how), { status: ERRORS[how] }));
  };

  const take = (): void => {
    const who = asked++;
    const share = chance.pick([1, 0.5, 0.1]);
    const answered = history.invoke({ does: "ask", who, share });
    const answer = limiter.admit({ share });
    answered(answer.kind);
    if (answer.kind === "admitted") held.set(who, answer);
  };

  const giveBack = (): void => {
    const [who, permit] = chance.pick([...held]);
    held.delete(who);
    const how = chance.pick<PlaceEnd>(["success", "refused", "permanent", "cancel", "unused"]);
    const answered = history.invoke({ does: "release", who, end: how });
    limiter.release(permit, ENDS[how]);
    answered("done");
  };

  const act = (): void => {
    if (left-- <= 0) return;
    const does = chance.below(20);
    // About once: what it has learnt begins anew, too.
    if (chance.below(most) === 0) {
      const answered = history.invoke({ does: "reset" });
      limiter.reset();
      answered("done");
    } else if (does <= 5) take();
    else if (does <= 8 && held.size > 0) giveBack();
    else if (does <= 13 && running.length > 0) end();
    else run();
  };

  while (left > 0) {
    const learnt: Extract<ConcurrencyInput, { does: "learn" }> = { does: "learn", limit: limiter.limit };
    const answered = history.invoke(learnt);
    if (chance.flip(0.6)) clock.sleepSync(chance.pick([5, 20, 120]));
    act();
    if (chance.flip(0.7)) await new Promise<void>((resolve) => process.nextTick(resolve));
    learnt.limit = limiter.limit;
    answered("lawful");
    const { inUse, admitted, rejected } = limiter.stats;
    history.invoke({ does: "look" })(placesLook(inUse, admitted, rejected));
  }
  for (const { end: ends } of running) ends(null);
  return history;
}
