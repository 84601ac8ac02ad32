import type { Strategy } from "../../core/backoff/strategy.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { ANY_DELAY, type DelayQuestion, type DelayRange, delayRange, roundMs, strategyToAsk } from "./ask-strategy.ts";
import type { Retried } from "./retried-classes.ts";

/** What the delays of one call add up to. */
export interface Delays {
  /** After 1, 2, 3... retries. */
  readonly totalsMs: readonly number[];
  /** What each later one adds. */
  readonly lastMs: number;
  /** No class can be retried any more after the last of the totals. */
  readonly ended: boolean;
}

/** So many retries are asked about one by one. The delays of the built-in strategies have mostly stopped growing long before. */
const STEPS = 1000;
/** So many mixtures of capped classes are told apart, and so many questions of retries and mixtures are asked. */
const MIXTURES = 256;
const QUESTIONS = 8_000;

/** Of the mixtures of classes that have failed equally often so far: the extremes of what they slept. */
interface Mixture {
  readonly used: readonly number[];
  readonly totalMs: number;
  readonly prevMs: number | null;
}

/**
 * The longest or shortest that a call can sleep, whichever classes its failures have, by asking the strategies step by step. Classes with
 * a cap take part as often as it allows. A strategy that cannot be asked may give any delay.
 *
 * @param range how a strategy is asked: by itself, or whatever the dependency asks for
 */
export function delaysOf(
  retried: readonly Retried[],
  which: "longest" | "shortest",
  steps: number,
  deadlineMs: number,
  range: typeof delayRange,
): Delays {
  const longest = which === "longest";
  const pick = longest ? Math.max : Math.min;
  const mixtures = retried.reduce((product, { cap }) => (cap < steps ? product * (cap + 1) : product), 1);
  const counted = mixtures <= MIXTURES;
  const classes = retried.map(({ errorClass, strategy, cap }) => {
    const asked = strategyToAsk(strategy, longest ? errorClass : null);
    return {
      /** `null` for one without end: it is never slept, the call stops instead. One that may be shorter may be slept. */
      delay(question: Omit<DelayQuestion, "errorClass">): number | null {
        const { leastMs, mostMs } = range(asked, { ...question, errorClass }) ?? ANY_DELAY;
        if (leastMs === Infinity) return null;
        return longest ? mostMs : leastMs;
      },
      // Too many to tell apart: then caps are not counted here, and the result is a bound, if not the closest one.
      cap: counted && cap < steps ? cap : Infinity,
    };
  });

  const totalsMs: number[] = [];
  let lastMs = 0;
  let before: readonly Mixture[] = [{ used: classes.map(() => 0), totalMs: 0, prevMs: null }];
  const most = Math.min(STEPS, Math.floor(QUESTIONS / (counted ? mixtures : 1)));
  while (totalsMs.length < Math.min(steps, most)) {
    const attempt = totalsMs.length + 1;
    const after = new Map<string, Mixture>();
    for (const { used, totalMs, prevMs } of before) {
      classes.forEach(({ delay, cap }, index) => {
        if ((used[index] as number) >= cap) return;
        const delayMs = delay({ attempt, prevSleepMs: prevMs, remainingMs: Math.max(0, deadlineMs - totalMs) });
        if (delayMs === null) return;
        const next = used.map((count, other) => (other === index && cap < Infinity ? count + 1 : count));
        const same = after.get(String(next));
        after.set(String(next), {
          used: next,
          totalMs: pick(totalMs + delayMs, same?.totalMs ?? totalMs + delayMs),
          prevMs: pick(delayMs, same?.prevMs ?? delayMs),
        });
      });
    }
    if (after.size === 0) return { totalsMs, lastMs: 0, ended: true };
    before = [...after.values()];
    const totalMs = roundMs(pick(...before.map((mixture) => mixture.totalMs)));
    lastMs = totalMs === Infinity ? Infinity : roundMs(totalMs - (totalsMs.at(-1) ?? 0));
    totalsMs.push(totalMs);
    if (totalMs === Infinity) break;
  }
  if (steps > totalsMs.length && lastMs < Infinity) {
    // Delays may go on growing: those in between lie between this one and the last.
    const attempt = Math.min(steps, Number.MAX_SAFE_INTEGER);
    const delays = classes.map(({ delay }) => delay({ attempt, prevSleepMs: lastMs, remainingMs: deadlineMs }));
    lastMs = pick(lastMs, ...delays.filter((delayMs) => delayMs !== null));
  }
  return { totalsMs, lastMs, ended: false };
}

/** What so many retries add up to, beyond those that were asked about too. */
export function totalAfter({ totalsMs, lastMs }: Delays, retries: number): number {
  if (retries === 0 || totalsMs.length === 0) return 0;
  const beyond = retries - totalsMs.length;
  if (beyond <= 0) return totalsMs[retries - 1] as number;
  return (totalsMs.at(-1) as number) + (lastMs === 0 ? 0 : beyond * lastMs);
}

/** How many retries begin before a deadline, of so many. */
export function retriesBefore(deadlineMs: number, retries: number, delays: Delays): number {
  const { totalsMs, lastMs } = delays;
  const over = totalsMs.findIndex((totalMs) => totalMs >= deadlineMs);
  if (over !== -1) return Math.min(retries, over);
  if (retries <= totalsMs.length || lastMs === 0 || deadlineMs === Infinity) return retries;
  const left = deadlineMs - (totalsMs.at(-1) as number);
  return Math.min(retries, totalsMs.length + Math.ceil(left / lastMs) - 1);
}

/** The classes whose strategies cannot be asked. */
export function unaskable(retried: readonly Retried[]): readonly ErrorClass[] {
  return retried
    .filter(({ errorClass, strategy }) => firstDelay(errorClass, strategy) === null)
    .map(({ errorClass }) => errorClass);
}

/** The delay after the first failure, with no deadline near. @param heard what the strategy has heard of before, if anything */
export function firstDelay(
  errorClass: ErrorClass,
  strategy: Strategy,
  range = delayRange,
  heard: ErrorClass | null = null,
): DelayRange | null {
  return range(strategyToAsk(strategy, heard), { errorClass, attempt: 1, prevSleepMs: null, remainingMs: Infinity });
}
