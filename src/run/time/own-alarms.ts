import type { Clock } from "./clock.ts";
import type { Alarms, Waiter } from "./waiter.ts";

/** Each waiter has an alarm of its own. */
export class OwnAlarms implements Alarms {
  readonly #clock: Pick<Clock, "now" | "alarm">;

  constructor(clock: Pick<Clock, "now" | "alarm">) {
    this.#clock = clock;
  }

  add(waiter: Waiter): void {
    const leftMs = Math.min(waiter.dueAtMs - this.#clock.now(), waiter.waitMs ?? Infinity);
    waiter.cancelAlarm = this.#clock.alarm(Math.max(0, leftMs), () => {
      waiter.cancelAlarm = null;
      waiter.ring();
    });
  }

  remove(waiter: Waiter): void {
    const cancel = waiter.cancelAlarm;
    waiter.cancelAlarm = null;
    cancel?.();
  }
}
