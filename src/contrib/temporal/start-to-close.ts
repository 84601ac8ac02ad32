/*
 * Temporal gives up an attempt that takes longer than startToClose, and begins the next one while this one still runs: its worker hears of it with a heartbeat at the
 * soonest. So the attempt ends a little before, as any other that took too long, and its progress is kept.
 */
import { AttemptTimeoutError } from "../../index.ts";
import { runInScope } from "../../scope/index.ts";

/** How long before startToClose an attempt ends: a tenth of it, and a second at the most. */
const MARGIN_RATIO = 0.1;
const MOST_MARGIN_MS = 1_000;
/** What a timer of Node's can hold. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** For how long the attempts of one delivery may run, from its beginning on. */
export function boundOf(startToCloseMs: number): number {
  return startToCloseMs > 0 ? startToCloseMs - Math.min(startToCloseMs * MARGIN_RATIO, MOST_MARGIN_MS) : Infinity;
}

/** Runs one attempt, which fails as one that took too long after `leftMs`; what it does then is told by its signal, and calls of policies in it abort. */
export function runWithin<T>(
  { leftMs, timeoutMs, attempt }: { readonly leftMs: number; readonly timeoutMs: number; readonly attempt: number },
  run: (signal: AbortSignal | undefined) => T | PromiseLike<T>,
): T | PromiseLike<T> {
  if (leftMs > LONGEST_TIMER_MS) return run(undefined);
  const tooLong = new AttemptTimeoutError({ attempt, timeoutMs });
  if (leftMs <= 0) throw tooLong;
  return new Promise<T>((resolve, reject) => {
    const cut = new AbortController();
    const timer = setTimeout(() => {
      // First, so that what the attempt throws for its signal comes too late.
      reject(tooLong);
      cut.abort(tooLong);
    }, leftMs);
    const { signal } = cut;
    const running = (async () => runInScope({ signal }, () => run(signal)))();
    running.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
