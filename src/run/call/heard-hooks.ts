import type { Hooks } from "../../core/events.ts";

/** A bit for each hook. What begins comes before what ends: hooks whose members are getters may answer the one as they did the other. */
export const HEARS = {
  onMetric: 1,
  onLog: 2,
  onCallStart: 4,
  onAttemptStart: 8,
  aroundAttempt: 16,
  onAttemptEnd: 32,
  onCallEnd: 64,
} as const satisfies Record<keyof Hooks, number>;

const ALL = 127;

/**
 * Under this key, hooks that often nobody wants to hear say which of them are there now: their bits together. Getters in the place of the members say the same, and
 * take longer than all of the rest.
 */
const HEARD: unique symbol = Symbol.for("redress.hooks.heard/1");

interface QuietHooks extends Hooks {
  readonly [HEARD]?: number;
}

/**
 * Which hooks these observers have now, once for each call: 0 where nothing observes it. A member may be a getter that gives none while nobody wants to
 * hear of calls: such a call costs as little as one without hooks. One whose getter throws is taken to have all of them, and heard of when it is told.
 */
export function heardHooks(all: readonly QuietHooks[]): number {
  let heard = 0;
  for (const hooks of all) {
    try {
      const known = hooks[HEARD];
      if (known !== undefined) {
        heard |= known;
        continue;
      }
      // Each by its name: to read a member whose name is a variable takes several times as long.
      if (hooks.onMetric) heard |= HEARS.onMetric;
      if (hooks.onLog) heard |= HEARS.onLog;
      if (hooks.onCallStart) heard |= HEARS.onCallStart;
      if (hooks.onAttemptStart) heard |= HEARS.onAttemptStart;
      if (hooks.aroundAttempt) heard |= HEARS.aroundAttempt;
      if (hooks.onAttemptEnd) heard |= HEARS.onAttemptEnd;
      if (hooks.onCallEnd) heard |= HEARS.onCallEnd;
    } catch {
      return ALL;
    }
  }
  return heard;
}
