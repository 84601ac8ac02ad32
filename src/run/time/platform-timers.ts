/*
 * The platform's timers and its clock, and what can be known of them. A timer that was set is not sure to ring: fake timers of a test
 * are put away or cleared, and in Cloudflare Workers a timer ends with the request that set it, and may not ring for another request.
 */

/** The longest delay that timers keep; a longer one fires at once. https://developer.mozilla.org/docs/Web/API/setTimeout#maximum_delay_value */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A pending timer. Node's can be told whether to keep the process alive; a browser's is a number. */
export type TimerHandle = number | { ref?(): unknown; unref?(): unknown };

// As they were when this module was loaded: what stands in their place later is a test's.
const platformSetTimeout = globalThis.setTimeout;
const platformClearTimeout = globalThis.clearTimeout;
const platformPerformance = globalThis.performance;
const platformPerformanceNow = platformPerformance.now;

/** The time by which the platform's timers ring, whatever a test has put in its place. */
export const realNow = (): number => platformPerformanceNow.call(platformPerformance);

/**
 * The time by which the timers ring that are in place. Reading the global `performance` takes half as long as asking it for the time: it
 * is a getter in Node.
 */
export const platformNow = (): number =>
  setTimeout === platformSetTimeout ? platformPerformanceNow.call(platformPerformance) : performance.now();

// Whole milliseconds: a fraction rounds up, so that nothing wakes early, and timers of one length share the platform's list.
export const setTimer = (ms: number, ring: () => void): TimerHandle =>
  setTimeout(ring, Math.min(Math.ceil(ms), LONGEST_TIMER_MS));

/** Node clears its own timers, also where fake timers stand in its place: they do not know them, and would leave them ringing. */
export const clearTimer = (timer: TimerHandle): void =>
  (isNodeTimer(timer) ? platformClearTimeout : clearTimeout)(timer as number);

/** A timer that several calls share: one whose state can be read, and which does not belong to one request. */
export interface SharedTimerHandle {
  /** Whether it has rung or was cleared. Node's own field, since its first releases. */
  readonly _destroyed: boolean;
  ref(): unknown;
  unref(): unknown;
}

const isNodeTimer = (timer: unknown): timer is SharedTimerHandle =>
  typeof (timer as Partial<SharedTimerHandle>)._destroyed === "boolean";

/** Timers that several calls share. */
export interface SharedTimers {
  /** The time by which they ring. */
  now(): number;
  /** Whether they are those that anybody would set now: a test may have put others in their place. */
  areInPlace(): boolean;
  /** `null` where the timers of this platform do not say whether they will still ring. */
  set(ms: number, ring: () => void): SharedTimerHandle | null;
  clear(timer: SharedTimerHandle): void;
}

/** Those of a platform: the timers that it has. */
export const sharedTimersOf = (set: typeof setTimeout, clear: typeof clearTimeout): SharedTimers => ({
  now: realNow,
  areInPlace: () => setTimeout === set,
  set(ms, ring) {
    const timer: unknown = set(ring, Math.min(Math.ceil(ms), LONGEST_TIMER_MS));
    if (isNodeTimer(timer)) return timer;
    clear(timer as number);
    return null;
  },
  clear: (timer) => clear(timer as never),
});

/** The platform's, as they were when this module was loaded. */
export const sharedTimers: SharedTimers = sharedTimersOf(platformSetTimeout, platformClearTimeout);

/**
 * Node itself. Bun and Workers tell of some of Node's names too, but their timers are others. Workers have always had a WebSocketPair; what
 * their navigator says can be switched off, and their process calls itself Node.
 * https://developers.cloudflare.com/workers/configuration/compatibility-flags/#global-navigator
 */
export function isNodeAmong(globals: object): boolean {
  const { process } = globals as { readonly process?: { readonly versions?: Readonly<Record<string, string | undefined>> } };
  const { node, bun, deno } = process?.versions ?? {};
  return node !== undefined && bun === undefined && deno === undefined && !("WebSocketPair" in globals);
}

export const isNode: boolean = isNodeAmong(globalThis);
