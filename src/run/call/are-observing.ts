import type { Hooks } from "../../core/events.ts";

/**
 * Whether one of them has a hook now. A member may be a getter that gives none while nobody wants to hear of calls: such a call then costs as little
 * as one without hooks.
 */
export function areObserving(all: readonly Hooks[]): boolean {
  if (all.length === 0) return false;
  try {
    for (const hooks of all)
      if (
        hooks.onMetric ??
        hooks.onLog ??
        hooks.onCallStart ??
        hooks.onCallEnd ??
        hooks.onAttemptStart ??
        hooks.onAttemptEnd ??
        hooks.aroundAttempt
      )
        return true;
    return false;
  } catch {
    // A getter of theirs has thrown: that is told where they are asked for the hook itself.
    return true;
  }
}
