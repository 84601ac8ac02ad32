import { joinedSignal } from "./abort-watch.ts";
import { type CallSettings, NO_SETTINGS, type OpenSettings, plainSettings } from "./call-settings.ts";
import { scopePort } from "./scope.ts";

/** The settings of a call that is made here and now, with what it inherits from the code around it. */
export function withInherited(settings: CallSettings): CallSettings {
  const around = scopePort()?.current();
  if (around === undefined) return settings;
  // Written out, where there is nothing to copy: see plainSettings.
  const own: OpenSettings = settings === NO_SETTINGS ? plainSettings(null) : { ...settings };
  own.retriesAround = around.retries;
  const { scope } = around;
  // In no scope, no track is kept of calls and attempts: tests find what production does.
  if (scope === null) return own;
  own.around = around;
  if (!scope.isOver) {
    // A call that goes on counts from its first beginning.
    const leftMs = scope.remainingMs + (settings.resume?.elapsedMs ?? 0);
    own.signal = joinedSignal(settings.signal, scope.givenSignal);
    if (leftMs < settings.deadlineMs) {
      own.deadlineMs = leftMs;
      own.deadlineOf = "scope";
    }
  }
  return own;
}
