/** A source of time. Give your own to a policy, breaker or budget to control time in tests or simulations. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. Only differences matter. */
  now(): number;
  /** Resolves after `ms`. Rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `ring` once, after `ms`, unless the returned function is called before. */
  alarm(ms: number, ring: () => void): () => void;
  /** Blocks for `ms`. Only synchronous calls need it; without it they block the thread for real. */
  sleepSync?(ms: number): void;
}

/** The longest delay that timers keep; a longer one fires at once. https://developer.mozilla.org/docs/Web/API/setTimeout#maximum_delay_value */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A pending timer. Node's can be told whether to keep the process alive; a browser's is a number. */
export type TimerHandle = number | { ref?(): unknown; unref?(): unknown };

// Whole milliseconds: a fraction rounds up, so that nothing wakes early, and timers of one length share the platform's list.
export const setTimer = (ms: number, ring: () => void): TimerHandle =>
  setTimeout(ring, Math.min(Math.ceil(ms), LONGEST_TIMER_MS));
export const clearTimer = (timer: TimerHandle): void => clearTimeout(timer as number);

/** The platform's time: `performance.now()` and its timers, without their limit of 24.8 days. */
export const systemClock: Clock = {
  now: () => performance.now(),

  alarm(ms, ring) {
    let leftMs = ms;
    let timer: TimerHandle;
    const set = (): void => {
      timer = setTimer(leftMs, leftMs > LONGEST_TIMER_MS ? set : ring);
      leftMs -= LONGEST_TIMER_MS;
    };
    // Infinity never rings: it is not even set.
    if (ms < Infinity) set();
    return () => clearTimer(timer);
  },

  sleep: (ms, signal) => sleepByAlarm(systemClock, ms, signal),

  sleepSync(ms) {
    const endMs = performance.now() + ms;
    let cell: Int32Array;
    try {
      cell = new Int32Array(new SharedArrayBuffer(4));
      for (let leftMs = ms; leftMs > 0; leftMs = endMs - performance.now()) Atomics.wait(cell, 0, 0, leftMs);
    } catch (cause) {
      throw new Error(
        "This thread may not block, so a synchronous call cannot sleep here: give the policy a `sleeper`, or use `call`.",
        {
          cause,
        },
      );
    }
  },
};

/** `Clock.sleep` for any clock that has alarms. */
export function sleepByAlarm(clock: Pick<Clock, "alarm">, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const abort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.alarm(ms, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}
