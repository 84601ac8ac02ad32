/*
 * A rate limiter in use: those who ask, wait, leave, spend and give back, some of them within the code that is told of a turn or asked what was used, while
 * time passes, alarms ring late, and the dependency asks for pauses.
 */
import type { Admission, Applicant, LimitPermit, LimitTicket, RateLimiter } from "redress";
import type { Chance } from "../chance.ts";
import { History } from "./linearize.ts";
import { lookOf, type RateInput, type RateOutput } from "./rate-model.ts";
import type { TimedClock } from "./timed-clock.ts";

type RateHistory = History<RateInput, RateOutput>;

interface Ticketed {
  readonly ticket: LimitTicket;
  readonly answer: (output: RateOutput) => void;
}

/** What the limiter is made with: it is asked what a success has cost by what gives it back. */
export interface Uses {
  used: (value: unknown) => number | undefined;
}

export function useRateLimiter(limiter: RateLimiter, uses: Uses, clock: TimedClock, chance: Chance, most: number): RateHistory {
  const history: RateHistory = new History();
  const inside = new Map<number, LimitPermit>();
  const waiting = new Map<number, Ticketed>();
  let asked = 0;
  let left = most;
  const note = (input: RateInput, run: () => RateOutput): void => history.invoke(input)(run());
  const done = (input: RateInput, run: () => void): void =>
    note(input, () => {
      run();
      return "done";
    });
  clock.moved = (atMs) => done({ does: "time", atMs }, () => {});
  uses.used = (value) => {
    // Code of the user's, within a release.
    if (chance.flip(0.5)) act();
    return value as number | undefined;
  };

  const ask = (): void => {
    const who = asked++;
    const cost = chance.pick([1, 1, 2, 3, 0]);
    const alone = waiting.size === 0;
    const patienceMs = chance.pick(alone ? [null, null, 0, 2.5, 7.5] : [null, null, 0]);
    const applicant: Applicant = {
      cost: cost === 1 && chance.flip(0.5) ? undefined : cost,
      maxWaitMs: patienceMs ?? Infinity,
      admitted: (permit) => {
        inside.set(who, permit);
        waiting.get(who)?.answer("admitted");
        waiting.delete(who);
        if (chance.flip(0.5)) act();
      },
      rejected: () => {},
      failed: () => {},
    };
    const answered = history.invoke({ does: "ask", who, cost, patienceMs: patienceMs, alone });
    const answer = limiter.admit(applicant);
    answered(wordFor(answer, alone));
    if (answer.kind === "admitted") inside.set(who, answer);
    if (answer.kind === "queued") waiting.set(who, { ticket: answer, answer: history.invoke({ does: "wait", who }) });
  };

  const release = (who: number): void => {
    const permit = inside.get(who) as LimitPermit;
    inside.delete(who);
    switch (chance.below(5)) {
      case 0:
        done({ does: "release", who, end: "cancel", pauseMs: 0 }, () => limiter.release(permit, "cancel"));
        break;
      case 1: {
        const pauseMs = chance.pick([1, 3]);
        const end = { errorClass: "RATE_LIMIT", retryAfterMs: pauseMs } as const;
        done({ does: "release", who, end: "paused", pauseMs }, () => limiter.release(permit, end));
        break;
      }
      case 2:
      case 3:
        done({ does: "release", who, end: "unused", pauseMs: 0 }, () => limiter.release(permit, "unused"));
        break;
      default: {
        const used = chance.pick([null, 0, 1, 3]);
        done({ does: "release", who, end: "success", used }, () => limiter.release(permit, "success", used ?? undefined));
      }
    }
  };

  const leave = (who: number): void => {
    const { ticket, answer } = waiting.get(who) as Ticketed;
    waiting.delete(who);
    note({ does: "leave", who }, () => {
      ticket.cancel();
      return "left";
    });
    answer("left");
  };

  const act = (): void => {
    if (left-- <= 0) return;
    const does = chance.below(14);
    if (does <= 1 && waiting.size > 0) leave(chance.pick([...waiting.keys()].slice(0, 2)));
    else if (does === 2 && waiting.size > 0) chance.pick([...waiting.values()]).ticket.readyInMs();
    else if (does === 3) done({ does: "spend", cost: 1 }, () => limiter.spend(1));
    else if (does === 4) done({ does: "reset" }, () => limiter.reset());
    // What takes its time within other code makes that late, too.
    else if (does === 5) clock.sleepSync(chance.pick([1, 5]));
    else if (does <= 8 && inside.size > 0) release(chance.pick([...inside.keys()]));
    else ask();
  };

  while (left > 0) {
    const { ready } = clock;
    if (ready > 0 && chance.flip(0.4)) clock.ring(chance.below(ready), chance.flip(0.2) ? 2 : 0);
    else act();
    // Nobody is told within other code now, so whoever waits has reason to.
    if (!clock.isBehind) note({ does: "look" }, () => lookOf(limiter.waiting, limiter.remaining()));
  }
  return history;
}

function wordFor(answer: Admission, alone: boolean): RateOutput {
  if (answer.kind !== "rejected") return answer.kind;
  if (answer.retryAfterMs === Infinity) return "rejected, for ever";
  return alone ? `rejected, for ${Math.round((answer.retryAfterMs ?? 0) * 1e6) / 1e6} ms` : "rejected";
}
