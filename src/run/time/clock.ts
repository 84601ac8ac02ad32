import { reasonOf } from "./abort-reason.ts";
import { clearTimer, LONGEST_TIMER_MS, platformNow, setTimer, type TimerHandle } from "./platform-timers.ts";

/** A source of time. Give your own to a policy, breaker or budget to control time in tests or simulations. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. Only differences matter. */
  now(): number;
  /** Resolves after `ms`. Rejects with the signal's reason as soon as it aborts; with an `AbortRetryError` where the signal gives none. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `ring` once, after `ms`, unless the returned function is called before. */
  alarm(ms: number, ring: () => void): () => void;
  /** Blocks for `ms`. Only synchronous calls need it; without it they block the thread for real. */
  sleepSync?(ms: number): void;
}

/** The platform's time: `performance.now()` and its timers, without their limit of 24.8 days. */
export const systemClock: Required<Clock> = {
  now: platformNow,

  alarm(ms, ring) {
    let leftMs = ms;
    let timer: TimerHandle | undefined;
    const set = (): void => {
      timer = setTimer(leftMs, leftMs > LONGEST_TIMER_MS ? set : ring);
      leftMs -= LONGEST_TIMER_MS;
    };
    // Infinity never rings: it is not even set.
    if (ms < Infinity) set();
    return () => {
      if (timer !== undefined) clearTimer(timer);
    };
  },

  sleep: (ms, signal) => sleepByAlarm(systemClock, ms, signal),

  sleepSync(ms) {
    try {
      const cell = new Int32Array(new SharedArrayBuffer(4));
      // The thread is believed that the time is over: a clock that stands still, or was set back, would keep it waiting for ever.
      if (ms > 0) Atomics.wait(cell, 0, 0, ms);
    } catch (cause) {
      const why =
        typeof SharedArrayBuffer === "undefined"
          ? "There is no SharedArrayBuffer here to block on: browsers give it to pages and workers that are cross-origin isolated"
          : "This thread may not block: in browsers, only workers may";
      throw new Error(`${why}. So a synchronous call cannot sleep: give the policy a \`sleeper\`, or use \`call\`.`, { cause });
    }
  },
};

/** `Clock.sleep` for any clock that has alarms. */
export function sleepByAlarm(clock: Pick<Clock, "alarm">, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(reasonOf(signal));
      return;
    }
    const abort = (): void => {
      cancel();
      reject(reasonOf(signal as AbortSignal));
    };
    const cancel = clock.alarm(ms, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}
