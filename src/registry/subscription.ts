import { hooksWithoutPolicy } from "../run/call/hook-errors.ts";
import type { Clock } from "../run/time/clock.ts";
import { quietAlarm } from "../run/time/quiet-alarm.ts";
import type { RegistrySnapshot } from "./snapshot.ts";

/** Hears of a registry when something has changed. */
export type SnapshotListener = (snapshot: RegistrySnapshot) => unknown;

/** All but the instant at which it was taken. */
const told = (snapshot: RegistrySnapshot): string => JSON.stringify({ ...snapshot, atMs: 0 });

/**
 * Looks every `intervalMs`, and tells the listener where a snapshot is another than the last one. What a listener throws changes nothing for others, and
 * is heard of once. Returns what ends it.
 */
export function subscribeTo(
  take: () => RegistrySnapshot,
  clock: Clock,
  intervalMs: number,
  listener: SnapshotListener,
): () => void {
  let last = told(take());
  let cancel = quietAlarm(clock, intervalMs, look);
  let hasEnded = false;
  function look(): void {
    const snapshot = take();
    const now = told(snapshot);
    if (now !== last) {
      last = now;
      hooksWithoutPolicy.observe("registry.subscribe", listener, undefined, () => listener(snapshot));
    }
    if (!hasEnded) cancel = quietAlarm(clock, intervalMs, look);
  }
  return () => {
    hasEnded = true;
    cancel();
  };
}
