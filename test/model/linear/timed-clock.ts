/* A schedule's clock that tells when its time has moved, before anything hears of that: so the time is an operation of a history like any other. */
import { ScheduleClock } from "../schedule-clock.ts";

export class TimedClock extends ScheduleClock {
  moved: (nowMs: number) => void = () => {};
  /** Where it has this, all that wait for one thing share one alarm. */
  declare readonly alarmAt?: (atMs: number, ring: () => void) => () => void;

  constructor(hasInstants: boolean) {
    super();
    if (hasInstants) this.alarmAt = (atMs, ring) => this.add(atMs, ring);
  }

  protected override add(dueAtMs: number, ring: () => void): () => void {
    return super.add(dueAtMs, () => {
      this.moved(this.now());
      ring();
    });
  }

  override sleepSync(ms: number): void {
    super.sleepSync(ms);
    this.moved(this.now());
  }
}
